//! The strip of workers: one lane each, the last seconds from left to right, now at the right edge.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{PathElement, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::Color;

use crate::activity::{Lane, WINDOW, Work};
use crate::chart::{Drawn, Look};

/// Draws the lanes one below the other, each as high as the area divided by their number.
pub fn draw_strip<'a, DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    lanes: impl ExactSizeIterator<Item = &'a Lane>,
    now: f64,
    look: &Look,
) -> Drawn<DB> {
    let (width, height) = root.dim_in_pixel();
    let lane_height = f64::from(height) / lanes.len().max(1) as f64;
    let column = |time: f64| {
        ((1.0 - (now - time) / WINDOW) * f64::from(width))
            .round()
            .clamp(0.0, f64::from(width)) as i32
    };
    let margin = look.px(if lane_height > 14.0 * look.density { 2.0 } else { 1.0 }) as i32;

    for second in 1..(WINDOW / 1_000.0) as i32 {
        let at = column(now - f64::from(second) * 1_000.0);
        let line = look.theme.faint.stroke_width(look.px(1.0));
        root.draw(&PathElement::new([(at, 0), (at, height as i32)], line))?;
    }
    for (index, lane) in lanes.enumerate() {
        let top = (index as f64 * lane_height).round() as i32 + margin;
        let bottom = ((index + 1) as f64 * lane_height).round() as i32 - margin;
        root.draw(&PathElement::new(
            [(0, bottom + margin), (width as i32, bottom + margin)],
            look.theme.faint.stroke_width(look.px(1.0)),
        ))?;
        for stretch in lane.stretches(now) {
            let color = match stretch.work {
                Work::Search => look.theme.search,
                Work::Other => look.theme.other,
                Work::Erred => look.theme.erred,
            };
            let (left, right) = (column(stretch.start), column(stretch.end));
            // A gap of a pixel between runs that follow each other, as long as there is room for one.
            let right = if right - left > 3 * look.px(1.0) as i32 && stretch.share == 1.0 {
                right - look.px(1.0) as i32
            } else {
                right.max(left + 1)
            };
            let fill = color.mix(0.2 + 0.8 * stretch.share).filled();
            root.draw(&Rectangle::new([(left, top), (right, bottom)], fill))?;
        }
    }
    Ok(())
}
