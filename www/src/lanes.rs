//! The strip of workers on the page: asks the client what the workers do, and shows it as text and as a picture.

use plotters::drawing::DrawingArea;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement};
use webfutures::Client;

use crate::activity::{Lane, Run, Work};
use crate::canvas::Layer;
use crate::chart::{Drawn, Look};
use crate::workers_strip::draw_strip;

/// With more workers than this, lanes are slim.
const ROOMY: usize = 8;

/// The name of the search's task, as the client reports it.
const SEARCH_TASK: &str = "rosenbrock";

/// All workers, in the order of their names.
pub(crate) struct Lanes {
    client: Client,
    document: Document,
    list: Element,
    layer: Layer,
    workers: Vec<Worker>,
    read_until: f64,
}

struct Worker {
    name: String,
    lane: Lane,
    now: HtmlElement,
    assigned: usize,
}

impl Lanes {
    pub(crate) fn new(client: Client, document: Document, list: Element, layer: Layer) -> Self {
        Lanes {
            client,
            document,
            list,
            layer,
            workers: Vec::new(),
            read_until: 0.0,
        }
    }

    /// Reads what has ended since the last time, and what is under way.
    pub(crate) fn read(&mut self, now: f64) -> Result<(), JsValue> {
        let mut processing: Vec<(String, Vec<String>)> = self.client.processing().into_iter().collect();
        // Names are numbers, mostly: 2 comes before 10.
        processing.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
        if !processing
            .iter()
            .map(|(name, _)| name)
            .eq(self.workers.iter().map(|worker| &worker.name))
        {
            self.relist(processing.iter().map(|(name, _)| name.as_str()))?;
        }
        let stream = self.client.task_stream(self.read_until);
        self.read_until = stream.next;
        for record in stream.records {
            let Some(worker) = self.workers.iter_mut().find(|worker| worker.name == record.worker) else {
                continue;
            };
            let work = if record.erred {
                Work::Erred
            } else {
                work_of(&record.name)
            };
            worker.lane.add(Run {
                start: record.start,
                end: record.start + record.duration,
                work,
            });
        }
        for (worker, (_, keys)) in self.workers.iter_mut().zip(&processing) {
            worker.assigned = keys.len();
            worker
                .lane
                .set_running(now, keys.first().map(|key| (key.as_str(), work_of(key))));
            worker.lane.forget_before(now - crate::activity::WINDOW);
        }
        Ok(())
    }

    /// True when the strip would not change any more by itself.
    pub(crate) fn is_still(&self, now: f64) -> bool {
        self.workers.iter().all(|worker| worker.lane.is_empty(now))
    }

    /// Gives the picture as many pixels as the screen has there.
    pub(crate) fn resize(&self, look: &Look) {
        let (width, height) = self.layer.css_size();
        self.layer.resize(look.px(width), look.px(height));
    }

    pub(crate) fn draw(&self, now: f64, look: &Look) -> Drawn<CanvasBackend> {
        let Some(root): Option<DrawingArea<_, _>> = self.layer.cleared() else {
            return Ok(());
        };
        draw_strip(&root, self.workers.iter().map(|worker| &worker.lane), now, look)
    }

    /// Writes what each worker does now, where that has changed.
    pub(crate) fn write(&self) {
        for worker in &self.workers {
            let text = match (worker.lane.running(), worker.assigned) {
                (None, _) => "idle".to_owned(),
                (Some(key), 1) => key.to_owned(),
                (Some(key), assigned) => format!("{key} +{}", assigned - 1),
            };
            if worker.now.text_content().as_deref() != Some(&text) {
                worker.now.set_text_content(Some(&text));
                worker.now.set_class_name(if worker.lane.running().is_some() {
                    "lane-now"
                } else {
                    "lane-now idle"
                });
            }
        }
    }

    /// Makes the lanes anew after workers came or went; those that stayed keep their past.
    fn relist<'a>(&mut self, names: impl ExactSizeIterator<Item = &'a str>) -> Result<(), JsValue> {
        let mut before = std::mem::take(&mut self.workers);
        let frame: HtmlElement = self
            .list
            .parent_element()
            .ok_or("the list of workers has no place")?
            .unchecked_into();
        frame.class_list().toggle_with_force("many", names.len() > ROOMY)?;
        self.list.set_text_content(None);
        for name in names {
            let item = self.document.create_element("li")?;
            let label = self.document.create_element("span")?;
            label.set_class_name("lane-name");
            // The name says whose worker it is, too: `client-1-0`.
            label.set_text_content(name.rsplit('-').next());
            let now = self.document.create_element("code")?;
            now.set_class_name("lane-now");
            item.append_with_node_2(&label, &now)?;
            self.list.append_child(&item)?;
            let stayed = before
                .iter()
                .position(|worker| worker.name == name)
                .map(|place| before.swap_remove(place).lane);
            self.workers.push(Worker {
                name: name.to_owned(),
                lane: stayed.unwrap_or_default(),
                now: now.unchecked_into(),
                assigned: 0,
            });
        }
        Ok(())
    }
}

/// Keys and names both begin with the function's name.
fn work_of(name: &str) -> Work {
    if name
        .rsplit("::")
        .next()
        .is_some_and(|last| last.starts_with(SEARCH_TASK))
    {
        Work::Search
    } else {
        Work::Other
    }
}
