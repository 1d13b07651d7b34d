//! The search on the page: what the controls do, and the frames in which everything is drawn while something moves.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget, ResizeObserver, UrlSearchParams, Window};
use webfutures::Client;

use crate::canvas::Layer;
use crate::chart::Look;
use crate::lanes::Lanes;
use crate::panel::{Panel, by_id};
use crate::picture::{Picture, current_look, prefers};
use crate::run::{Runner, State, now};

/// Texts change at most this often, in milliseconds: numbers that change in every frame cannot be read.
const TEXT_INTERVAL: f64 = 100.0;

/// For those who asked for less motion, drawings and texts are this far apart, in milliseconds.
const CALM_INTERVAL: f64 = 500.0;

/// Makes the search on the page work, on the workers of this client (one of `new Client()`). Returns a function to call
/// when other tasks have been submitted, so that the strip of workers shows them.
///
/// # Errors
/// When `client` is none, or the page lacks an element.
#[wasm_bindgen(js_name = mountSearch)]
pub async fn mount_search(client: JsValue) -> Result<JsValue, JsValue> {
    let client = Client::from_js(client).map_err(|error| JsValue::from(error.to_string()))?;
    let window = web_sys::window().ok_or("There is no page here")?;
    let parameters = UrlSearchParams::new_with_str(&window.location().search()?)?;
    let page = Page(Rc::new(RefCell::new(Parts::find(window, client.clone())?)));
    page.listen()?;
    page.parts().panel.apply(&parameters)?;
    page.apply_workers()?;
    let workers = page.parts().panel.workers();
    Runner::warm_up(&client, workers)
        .await
        .map_err(|error| JsValue::from(error.to_string()))?;
    page.apply_delay();
    page.change_state()?;
    if parameters.has("autostart") {
        page.start()?;
    }
    let waker = page.clone();
    Ok(Closure::<dyn Fn()>::new(move || waker.wake()).into_js_value())
}

/// A handle of the page's parts, for the closures that the browser calls.
#[derive(Clone)]
struct Page(Rc<RefCell<Parts>>);

struct Parts {
    window: Window,
    client: Client,
    runner: Runner,
    panel: Panel,
    picture: Picture,
    lanes: Lanes,
    on_frame: Option<Closure<dyn FnMut(f64)>>,
    is_awake: bool,
    /// How to draw; unknown after anything that may have changed it, or a size.
    look: Option<Look>,
    calm: bool,
    drawn_at: f64,
    written_at: f64,
}

impl Page {
    /// Begins a search; without a seed nothing changes, and the field that says why gets the focus.
    fn start(&self) -> Result<(), JsValue> {
        let page = self.clone();
        let seed = self.parts().panel.seed();
        let Some(seed) = seed else {
            return self.parts().panel.seed.focus();
        };
        self.0
            .borrow_mut()
            .runner
            .start(seed, move || report(page.change_state()));
        self.change_state()
    }

    /// What the first button does depends on the state.
    fn start_or_pause(&self) -> Result<(), JsValue> {
        let state = self.parts().runner.run().state.clone();
        match state {
            State::Running => self.parts().runner.pause(),
            State::Paused => self.parts().runner.resume(),
            _ => return self.start(),
        }
        self.change_state()
    }

    fn stop(&self) -> Result<(), JsValue> {
        self.0.borrow_mut().runner.stop();
        self.change_state()?;
        // The button that was pressed is no longer to be used: the keyboard goes on from the next.
        self.parts().panel.start.focus()
    }

    fn apply_workers(&self) -> Result<(), JsValue> {
        let parts = self.parts();
        parts.panel.write_settings();
        parts
            .client
            .scale(parts.panel.workers())
            .map_err(|error| JsValue::from(error.to_string()))?;
        drop(parts);
        self.wake();
        Ok(())
    }

    fn apply_delay(&self) {
        let parts = self.parts();
        parts.panel.write_settings();
        parts.runner.set_delay(parts.panel.delay());
    }

    /// After the state has changed: shows it, and lets the frames come.
    fn change_state(&self) -> Result<(), JsValue> {
        {
            let Parts { panel, runner, .. } = &mut *self.0.borrow_mut();
            panel.write_state(&runner.run())?;
        }
        self.wake();
        Ok(())
    }

    /// Asks for a frame, unless one has been asked for.
    fn wake(&self) {
        let parts = &mut *self.0.borrow_mut();
        if !parts.is_awake {
            parts.is_awake = true;
            parts.request_frame();
        }
    }

    /// After the size of something, the theme or the screen may have changed.
    fn look_anew(&self) {
        self.0.borrow_mut().look = None;
        self.wake();
    }

    fn listen(&self) -> Result<(), JsValue> {
        let page = self.clone();
        let on_frame = Closure::new(move |_: f64| report(page.0.borrow_mut().frame()));
        self.0.borrow_mut().on_frame = Some(on_frame);

        let parts = self.parts();
        self.on(&parts.panel.start, "click", Page::start_or_pause)?;
        self.on(&parts.panel.stop, "click", Page::stop)?;
        self.on(&parts.panel.restart, "click", Page::start)?;
        self.on(&parts.panel.workers, "input", Page::apply_workers)?;
        self.on(&parts.panel.delay, "input", |page| {
            page.apply_delay();
            Ok(())
        })?;
        self.on(&parts.panel.seed, "input", |page| page.parts().panel.write_seed())?;
        let look_anew = |page: &Page| {
            page.look_anew();
            Ok(())
        };
        self.on(&parts.window, "resize", look_anew)?;
        for query in ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"] {
            if let Some(list) = parts.window.match_media(query)? {
                self.on(&list, "change", look_anew)?;
            }
        }
        let page = self.clone();
        let on_resize = Closure::<dyn Fn()>::new(move || page.look_anew()).into_js_value();
        let observer = ResizeObserver::new(on_resize.unchecked_ref())?;
        let document = parts.window.document().ok_or("There is no page here")?;
        for id in ["background", "strip"] {
            observer.observe(&by_id::<Element>(&document, id)?);
        }
        Ok(())
    }

    /// Listeners live as long as the page, so their closures are never dropped.
    fn on(
        &self,
        target: &EventTarget,
        event: &str,
        action: impl Fn(&Page) -> Result<(), JsValue> + 'static,
    ) -> Result<(), JsValue> {
        let page = self.clone();
        let listener = Closure::<dyn Fn()>::new(move || report(action(&page))).into_js_value();
        target.add_event_listener_with_callback(event, listener.unchecked_ref())
    }

    fn parts(&self) -> std::cell::Ref<'_, Parts> {
        self.0.borrow()
    }
}

impl Parts {
    fn find(window: Window, client: Client) -> Result<Self, JsValue> {
        let document = window.document().ok_or("There is no page here")?;
        let (list, strip) = (by_id(&document, "lanes")?, Layer::new(by_id(&document, "strip")?)?);
        Ok(Parts {
            panel: Panel::find(&document)?,
            picture: Picture::find(&document)?,
            lanes: Lanes::new(client.clone(), document, list, strip),
            runner: Runner::new(client.clone()),
            window,
            client,
            on_frame: None,
            is_awake: false,
            look: None,
            calm: false,
            drawn_at: f64::NEG_INFINITY,
            written_at: f64::NEG_INFINITY,
        })
    }

    /// One frame: its work does not grow with the number of tasks that ran since the last one.
    fn frame(&mut self) -> Result<(), JsValue> {
        let now = now();
        let look = match self.look {
            Some(look) => look,
            None => self.fit()?,
        };
        let calm = self.calm;
        self.lanes.read(now)?;
        let run = self.runner.run();
        self.panel.mark(&run);
        let still = run.state != State::Running && self.lanes.is_still(now);
        if still || !calm || now - self.drawn_at >= CALM_INTERVAL {
            self.drawn_at = now;
            self.picture
                .draw(&run.search, &look)
                .map_err(|error| JsValue::from(error.to_string()))?;
            self.lanes
                .draw(now, &look)
                .map_err(|error| JsValue::from(error.to_string()))?;
        }
        if still || now - self.written_at >= if calm { CALM_INTERVAL } else { TEXT_INTERVAL } {
            self.written_at = now;
            self.panel.write_figures(&run)?;
            self.lanes.write();
        }
        drop(run);
        self.is_awake = !still;
        if self.is_awake {
            self.request_frame();
        }
        Ok(())
    }

    /// Looks at the screen: asking the browser for sizes and media in every frame would cost more than drawing.
    fn fit(&mut self) -> Result<Look, JsValue> {
        let look = current_look(&self.window);
        self.calm = prefers(&self.window, "(prefers-reduced-motion: reduce)");
        self.picture.fit(look)?;
        self.lanes.resize(&look);
        self.drawn_at = f64::NEG_INFINITY;
        self.look = Some(look);
        Ok(look)
    }

    fn request_frame(&self) {
        if let Some(on_frame) = &self.on_frame {
            // A window always takes a callback that is a function.
            let _ = self.window.request_animation_frame(on_frame.as_ref().unchecked_ref());
        }
    }
}

/// What goes wrong in a listener becomes an unhandled rejection, which the page shows.
fn report(result: Result<(), JsValue>) {
    if let Err(error) = result {
        let _ = js_sys::Promise::reject(&error);
    }
}
