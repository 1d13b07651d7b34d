//! The report as a picture: a group of bars for each row, as long as the subject is good beside the best of the row.

use super::figures::{Entry, Report};

/// Where bars begin, how long the best is, and what an engine takes with the figures behind them.
const LABEL: usize = 170;
const BAR: usize = 340;
const COLUMN: usize = 600;
const LINE: usize = 16;
const MARGIN: usize = 20;
/// Bars are logarithmic: the best fills the width, a ten-thousandth of it leaves nothing.
const DECADES: f64 = 4.0;
/// Of this picture: the browsers, in which subjects compete.
const ENGINES: [&str; 2] = ["chromium", "firefox"];

/// An SVG: the engines side by side, as high as the longest of them.
pub(crate) fn plot(report: &Report) -> String {
    let engines = report.engines().into_iter().filter(|engine| ENGINES.contains(engine));
    let columns: Vec<(String, usize)> = engines.map(|engine| column(report, engine)).collect();
    let mut body = String::new();
    for (index, (column, _)) in columns.iter().enumerate() {
        body += &format!("<g transform=\"translate({} 0)\">\n{column}</g>\n", index * COLUMN);
    }
    let width = COLUMN * columns.len();
    let height = MARGIN + columns.iter().map(|(_, height)| *height).max().unwrap_or_default();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title>{TITLE}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n{body}</svg>\n"
    )
}

/// The bars of one engine, and how high they are.
fn column(report: &Report, engine: &str) -> (String, usize) {
    let mut y = MARGIN + LINE;
    let mut body = text(MARGIN, y, "engine", engine);
    for row in report.rows(engine) {
        let entries = report.of_row(engine, row);
        y += LINE + LINE / 2;
        body += &text(MARGIN, y, "row", &format!("{row}, {}", entries[0].unit));
        for entry in &entries {
            y += LINE;
            body += &bar(entry, y, goodness(entry, &entries));
        }
    }
    (body, y)
}

const TITLE: &str = "Each row's figures beside its best, on a logarithmic scale";

const STYLE: &str = "text { font: 12px system-ui, sans-serif; fill: #24292f } .engine { font-size: 16px; font-weight: 700 } \
                     .row { font-weight: 600 } .subject, .figure { fill: #57606a } .ground { fill: #fff } .us { fill: #0969da } \
                     .limit { fill: #afb8c1 } .peer { fill: #d4a72c }";

/// How good a figure is beside the best of its row: 1 for the best.
fn goodness(entry: &Entry, row: &[&Entry]) -> f64 {
    let more = entry.more_is_better();
    let choose = if more { f64::max } else { f64::min };
    let best = row
        .iter()
        .map(|entry| entry.median)
        .reduce(choose)
        .unwrap_or(entry.median);
    if best == entry.median {
        return 1.0;
    }
    if more { entry.median / best } else { best / entry.median }
}

fn bar(entry: &Entry, y: usize, goodness: f64) -> String {
    let length = (1.0 + goodness.max(1e-9).log10() / DECADES).clamp(0.0, 1.0) * BAR as f64;
    let class = match entry.subject.split('-').next() {
        Some("webfutures") => "us",
        Some("raw") => "limit",
        _ => "peer",
    };
    let top = y - 11;
    format!(
        "{}<rect class=\"{class}\" x=\"{LABEL}\" y=\"{top}\" width=\"{length:.1}\" height=\"13\"/>\n{}",
        text(MARGIN + 20, y, "subject", &entry.subject),
        text(LABEL + length as usize + 6, y, "figure", &number(entry.median))
    )
}

fn number(value: f64) -> String {
    let decimals = if value.abs() >= 100.0 || value == 0.0 { 0 } else { 2 };
    format!("{value:.decimals$}")
}

fn text(x: usize, y: usize, class: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{text}</text>\n")
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::{entry, report};
    use super::{BAR, plot};

    #[test]
    fn bars_are_as_long_as_figures_are_good() {
        let svg = plot(&report(vec![
            entry("time & place", "webfutures", 1.0, "ms"),
            entry("time & place", "comlink", 100.0, "ms"),
            entry("nothing", "webfutures", 0.0, "MiB"),
            entry("nothing", "comlink", 63.5, "MiB"),
        ]));
        let widths: Vec<f64> = svg
            .split("height=\"13\"")
            .filter_map(|before| before.rsplit_once(" width=\"")?.1.split('"').next()?.parse().ok())
            .take(4)
            .collect();
        assert_eq!(widths, [BAR as f64, BAR as f64 / 2.0, BAR as f64, 0.0]);
        assert!(svg.contains("time &amp; place, ms") && svg.contains(">63.50<"));
    }
}
