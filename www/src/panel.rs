//! The panel beside the picture: buttons, settings and figures.

use std::collections::VecDeque;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, HtmlButtonElement, HtmlElement, HtmlInputElement, HtmlOutputElement, HtmlProgressElement, UrlSearchParams,
};

use crate::format;
use crate::run::{Run, State};

/// The rate shown while the search runs is that of the last so many milliseconds.
const RATE_WINDOW: f64 = 1_000.0;

/// The elements of the panel, found once.
pub(crate) struct Panel {
    pub(crate) start: HtmlButtonElement,
    pub(crate) stop: HtmlButtonElement,
    pub(crate) restart: HtmlButtonElement,
    pub(crate) workers: HtmlInputElement,
    pub(crate) delay: HtmlInputElement,
    pub(crate) seed: HtmlInputElement,
    seed_problem: HtmlElement,
    section: HtmlElement,
    state: HtmlElement,
    score: HtmlElement,
    position: HtmlElement,
    evaluations: HtmlElement,
    rate: HtmlElement,
    scale: HtmlElement,
    progress: HtmlProgressElement,
    workers_value: HtmlOutputElement,
    delay_value: HtmlOutputElement,
    announcement: HtmlElement,
    problem: HtmlElement,
    /// When, in milliseconds of running, how many evaluations there were.
    marks: VecDeque<(f64, u32)>,
}

impl Panel {
    pub(crate) fn find(document: &Document) -> Result<Self, JsValue> {
        Ok(Panel {
            start: by_id(document, "start")?,
            stop: by_id(document, "stop")?,
            restart: by_id(document, "restart")?,
            workers: by_id(document, "workers")?,
            delay: by_id(document, "delay")?,
            seed: by_id(document, "seed")?,
            seed_problem: by_id(document, "seed-problem")?,
            section: by_id(document, "search")?,
            state: by_id(document, "state")?,
            score: by_id(document, "score")?,
            position: by_id(document, "position")?,
            evaluations: by_id(document, "evaluations")?,
            rate: by_id(document, "rate")?,
            scale: by_id(document, "scale")?,
            progress: by_id(document, "progress")?,
            workers_value: by_id(document, "workers-value")?,
            delay_value: by_id(document, "delay-value")?,
            announcement: by_id(document, "announcement")?,
            problem: by_id(document, "problem")?,
            marks: VecDeque::new(),
        })
    }

    /// Sets the controls as the page's address asks. A number that a slider cannot hold, it corrects by itself.
    pub(crate) fn apply(&self, parameters: &UrlSearchParams) -> Result<(), JsValue> {
        for (name, input) in [("workers", &self.workers), ("delay", &self.delay), ("seed", &self.seed)] {
            if let Some(value) = parameters.get(name).filter(|value| value.parse::<f64>().is_ok()) {
                input.set_value(&value);
            }
        }
        self.write_settings();
        self.write_seed()
    }

    /// How many workers are asked for.
    pub(crate) fn workers(&self) -> u32 {
        self.workers.value_as_number() as u32
    }

    /// The delay asked for, in milliseconds.
    pub(crate) fn delay(&self) -> f64 {
        self.delay.value_as_number()
    }

    /// The seed asked for; none while the field holds anything but a whole number within its limits.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.seed.check_validity().then(|| self.seed.value_as_number() as u64)
    }

    /// Says at the field what a seed must be, for as long as it holds none.
    pub(crate) fn write_seed(&self) -> Result<(), JsValue> {
        let is_refused = self.seed().is_none();
        self.seed_problem.set_hidden(!is_refused);
        self.seed
            .set_attribute("aria-invalid", if is_refused { "true" } else { "false" })
    }

    /// Writes the values beside the sliders.
    pub(crate) fn write_settings(&self) {
        self.workers_value.set_value(&self.workers().to_string());
        self.delay_value.set_value(&format!("{} ms", self.delay()));
    }

    /// Names the state, and offers what can be done in it.
    pub(crate) fn write_state(&mut self, run: &Run) -> Result<(), JsValue> {
        let (name, start) = match &run.state {
            State::Ready => ("ready", "Start"),
            State::Running => ("running", "Pause"),
            State::Paused => ("paused", "Resume"),
            State::Stopped => ("stopped", "Start"),
            State::Finished => ("finished", "Start"),
            State::Failed(_) => ("failed", "Start"),
        };
        let under_way = matches!(run.state, State::Running | State::Paused);
        self.section.dataset().set("state", name)?;
        self.state.set_text_content(Some(name));
        self.start.set_text_content(Some(start));
        self.start.set_disabled(false);
        self.stop.set_disabled(!under_way);
        self.restart.set_disabled(run.state == State::Ready);
        self.announce(run, name);
        self.write_figures(run)
    }

    /// Notes how far the search is, for the rate of the last second.
    pub(crate) fn mark(&mut self, run: &Run) {
        let mark = (run.elapsed(), run.search.evaluations());
        if self.marks.back().is_some_and(|last| last.0 > mark.0) {
            self.marks.clear();
        }
        self.marks.push_back(mark);
        while self.marks.front().is_some_and(|first| first.0 < mark.0 - RATE_WINDOW) {
            self.marks.pop_front();
        }
    }

    /// Writes the figures, for people and, as data attributes, for programs.
    pub(crate) fn write_figures(&self, run: &Run) -> Result<(), JsValue> {
        let (search, rate) = (&run.search, self.rate(run));
        let data = self.section.dataset();
        data.set("evaluations", &search.evaluations().to_string())?;
        data.set("rate", &format!("{rate:.1}"))?;
        data.set("elapsed", &format!("{:.1}", run.elapsed()))?;
        data.set("inFlight", &search.in_flight().len().to_string())?;
        data.set(
            "best",
            &search.best().map_or(String::new(), |(_, score)| format!("{score:e}")),
        )?;
        data.set(
            "point",
            &search.best().map_or(String::new(), |((x, y), _)| format!("{x},{y}")),
        )?;
        self.score.set_text_content(Some(
            &search.best().map_or("–".to_owned(), |(_, score)| format::score(score)),
        ));
        let position = search
            .best()
            .map_or("–".to_owned(), |(point, _)| format::position(point));
        self.position.set_text_content(Some(&position));
        self.evaluations
            .set_text_content(Some(&search.evaluations().to_string()));
        self.rate.set_text_content(Some(&if rate > 0.0 {
            format::rate(rate)
        } else {
            "–".to_owned()
        }));
        self.scale.set_text_content(Some(&format!("{:.4}", search.scale())));
        self.progress.set_max(search.planned().into());
        self.progress.set_value(search.evaluations().into());
        Ok(())
    }

    /// Evaluations a second: of the last second while the search runs, of the whole run afterwards.
    fn rate(&self, run: &Run) -> f64 {
        match (self.marks.front(), self.marks.back()) {
            (Some(first), Some(last)) if run.state == State::Running && run.elapsed() > RATE_WINDOW => {
                f64::from(last.1 - first.1) / (last.0 - first.0).max(1.0) * 1_000.0
            }
            _ => run.rate(),
        }
    }

    fn announce(&self, run: &Run, name: &str) {
        let text = match (&run.state, run.search.best()) {
            (State::Failed(reason), _) => {
                self.problem
                    .set_text_content(Some(&format!("The search failed. {reason}")));
                self.problem.set_hidden(false);
                return;
            }
            (State::Finished, Some((point, score))) => format!(
                "Search finished after {} evaluations: best score {} at {}",
                run.search.evaluations(),
                format::score(score),
                format::position(point)
            ),
            (State::Ready, _) => return,
            _ => format!("Search {name}"),
        };
        self.announcement.set_text_content(Some(&text));
    }
}

/// The element with this id, which must be of type `E`.
pub(crate) fn by_id<E: JsCast>(document: &Document, id: &str) -> Result<E, JsValue> {
    let element = document
        .get_element_by_id(id)
        .ok_or_else(|| JsValue::from(format!("The page has no #{id}")))?;
    element
        .dyn_into()
        .map_err(|_| JsValue::from(format!("#{id} is another kind of element")))
}
