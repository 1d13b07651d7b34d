//! A canvas as a layer to draw on: as many pixels as the screen has there, cleared and drawn through plotters.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// A canvas of the page.
pub(crate) struct Layer {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Layer {
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Result<Self, JsValue> {
        let context = canvas
            .get_context("2d")?
            .ok_or("This browser's canvas has no 2d context")?;
        Ok(Layer {
            canvas,
            context: context.unchecked_into(),
        })
    }

    /// Gives the canvas so many device pixels. True when that is a change; its content is then gone.
    pub(crate) fn resize(&self, width: u32, height: u32) -> bool {
        let changed = (self.canvas.width(), self.canvas.height()) != (width, height);
        if changed {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        changed
    }

    /// The canvas's place on the page, in CSS pixels: width and height.
    pub(crate) fn css_size(&self) -> (f64, f64) {
        let rectangle = self.canvas.get_bounding_client_rect();
        (rectangle.width(), rectangle.height())
    }

    /// Clears the canvas and returns the area to draw on.
    pub(crate) fn cleared(&self) -> Option<DrawingArea<CanvasBackend, Shift>> {
        self.context
            .clear_rect(0.0, 0.0, self.canvas.width().into(), self.canvas.height().into());
        // Lines that meet: without this, the joints of a path with sharp turns stick out far.
        self.context.set_line_join("round");
        Some(CanvasBackend::with_canvas_object(self.canvas.clone())?.into_drawing_area())
    }

    /// Puts pixels onto the canvas, red, green, blue and opacity each, in rows of that width.
    pub(crate) fn put(&self, pixels: &[u8], width: u32, (left, top): (i32, i32)) -> Result<(), JsValue> {
        let data = ImageData::new_with_u8_clamped_array(Clamped(pixels), width)?;
        self.context.put_image_data(&data, left.into(), top.into())
    }
}
