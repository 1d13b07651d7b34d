//! The picture on the page: the background, drawn when size or theme change, and the search above it, in every frame.

use plotters::drawing::DrawingAreaErrorKind;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, HtmlElement, Window};

use crate::canvas::Layer;
use crate::chart::{Drawn, Layout, Look, draw_background, plane};
use crate::image::image;
use crate::overlay::draw_search;
use crate::palette::{DARK, LIGHT};
use crate::panel::by_id;
use crate::search::Search;

/// The two layers of the picture.
pub(crate) struct Picture {
    frame: HtmlElement,
    background: Layer,
    overlay: Layer,
    drawn: Option<Look>,
}

impl Picture {
    pub(crate) fn find(document: &Document) -> Result<Self, JsValue> {
        let overlay: web_sys::HtmlCanvasElement = by_id(document, "overlay")?;
        Ok(Picture {
            frame: overlay
                .parent_element()
                .ok_or("The picture has no frame")?
                .unchecked_into(),
            background: Layer::new(by_id(document, "background")?)?,
            overlay: Layer::new(overlay)?,
            drawn: None,
        })
    }

    /// Fits the layers to the place they have on the page, and draws the background if that or the look has changed.
    pub(crate) fn fit(&mut self, look: Look) -> Result<(), JsValue> {
        let width = look.px(f64::from(self.frame.client_width()));
        let height = Layout::of(width, &look).height_for(width);
        self.overlay.resize(width, height);
        if self.background.resize(width, height) || self.drawn != Some(look) {
            self.frame
                .style()
                .set_property("aspect-ratio", &format!("{width} / {height}"))?;
            self.draw_background(&look)?;
            self.drawn = Some(look);
        }
        Ok(())
    }

    /// Draws what stays until size or look change.
    fn draw_background(&self, look: &Look) -> Result<(), JsValue> {
        let Some(root) = self.background.cleared() else {
            return Ok(());
        };
        let said = |error: DrawingAreaErrorKind<_>| JsValue::from(error.to_string());
        let layout = Layout::of(root.dim_in_pixel().0, look);
        let (columns, rows) = plane(&root, &layout).map_err(said)?.plotting_area().get_pixel_range();
        let pixels = image(columns.len(), rows.len(), &look.theme);
        self.background
            .put(&pixels, columns.len() as u32, (columns.start, rows.start))?;
        draw_background(&root, look).map_err(said)
    }

    /// Draws the search as it is now.
    pub(crate) fn draw(&self, search: &Search, look: &Look) -> Drawn<CanvasBackend> {
        self.overlay
            .cleared()
            .map_or(Ok(()), |root| draw_search(&root, search, look))
    }
}

/// How to draw on this page at this moment: dark or light as the system has it, as fine as the screen is.
pub(crate) fn current_look(window: &Window) -> Look {
    let theme = if prefers(window, "(prefers-color-scheme: dark)") {
        DARK
    } else {
        LIGHT
    };
    Look {
        theme,
        density: window.device_pixel_ratio(),
    }
}

/// Whether a media query holds.
pub(crate) fn prefers(window: &Window, query: &str) -> bool {
    window
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}
