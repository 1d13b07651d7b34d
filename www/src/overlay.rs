//! The moving part of the picture, drawn above the background in every frame: points, the best one and its path.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, PathElement, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::{BLACK, Color, RGBColor, WHITE};

use crate::chart::{DOMAIN, Drawn, Layout, Look, plane};
use crate::search::{Point, Search};

const GREY: RGBColor = RGBColor(128, 128, 134);

/// How many of the best points' path are drawn at most, the latest: a frame's work has a bound.
const LONGEST_PATH: usize = 200;

/// Draws the state of a search: where the next point may lie, the path of the best, recent points, points in flight and
/// the best one. Every mark is light on dark or dark on light, so that it is seen on all eleven colours.
pub fn draw_search<DB: DrawingBackend>(root: &DrawingArea<DB, Shift>, search: &Search, look: &Look) -> Drawn<DB> {
    let chart = plane(root, &Layout::of(root.dim_in_pixel().0, look))?;
    let area = chart.plotting_area();

    let path = &search.path()[search.path().len().saturating_sub(LONGEST_PATH)..];
    if path.len() > 1 {
        area.draw(&PathElement::new(
            path.to_vec(),
            WHITE.mix(0.7).stroke_width(look.px(4.0)),
        ))?;
        area.draw(&PathElement::new(path.to_vec(), BLACK.stroke_width(look.px(1.75))))?;
    }
    for point in search.recent().filter(is_visible) {
        area.draw(&Circle::new(point, look.px(4.5), GREY.filled()))?;
        area.draw(&Circle::new(point, look.px(4.5), WHITE.stroke_width(look.px(1.0))))?;
    }
    for point in search.in_flight().iter().copied().filter(is_visible) {
        area.draw(&Circle::new(point, look.px(5.5), BLACK.stroke_width(look.px(4.0))))?;
        area.draw(&Circle::new(point, look.px(5.5), WHITE.stroke_width(look.px(2.0))))?;
    }
    if let Some((best, _)) = search.best().filter(|(best, _)| is_visible(best)) {
        if !search.is_finished() {
            let (scale, thin) = (search.scale(), BLACK.mix(0.65).stroke_width(look.px(1.0)));
            let corners = [(best.0 - scale, best.1 + scale), (best.0 + scale, best.1 - scale)];
            area.draw(&Rectangle::new(corners, thin))?;
        }
        area.draw(&Circle::new(best, look.px(8.0), WHITE.filled()))?;
        area.draw(&Circle::new(best, look.px(6.5), BLACK.filled()))?;
        area.draw(&Circle::new(best, look.px(2.5), WHITE.filled()))?;
    }
    Ok(())
}

fn is_visible(&(x, y): &Point) -> bool {
    DOMAIN.contains(&x) && DOMAIN.contains(&y)
}
