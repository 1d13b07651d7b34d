//! The still part of the picture but for the image: axes and a colour scale. Drawn once per size and theme.

use std::ops::Range;

use plotters::chart::{ChartBuilder, ChartContext, LabelAreaPosition};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{PathElement, Rectangle, Text};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, IntoTextStyle, TextStyle};

use crate::format::label;
use crate::palette::{LOWEST, SPECTRAL, Theme};

/// What a drawing function returns: the backend's own error, should drawing fail.
pub type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// The two axes of the picture.
pub type Plane = Cartesian2d<RangedCoordf64, RangedCoordf64>;

/// Both axes run over this range.
pub const DOMAIN: Range<f64> = -5.0..5.0;

const FONT: &str = "system-ui, sans-serif";

/// How to draw: the colours, and how many device pixels there are to one CSS pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The colours.
    pub theme: Theme,
    /// Device pixels per CSS pixel; all lengths are multiplied by it.
    pub density: f64,
}

impl Look {
    /// A length in CSS pixels as whole device pixels, at least one.
    pub fn px(&self, length: f64) -> u32 {
        (length * self.density).round().max(1.0) as u32
    }

    fn text(&self, size: f64) -> TextStyle<'static> {
        (FONT, f64::from(self.px(size))).into_font().color(&self.theme.ink)
    }
}

/// Where things lie, in device pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    left: u32,
    bottom: u32,
    top: u32,
    right: u32,
    gap: u32,
    bar: u32,
}

impl Layout {
    /// The layout of a picture this many device pixels wide: narrow ones get slimmer margins.
    pub fn of(width: u32, look: &Look) -> Self {
        let narrow = f64::from(width) < 480.0 * look.density;
        let (left, right, gap, bar) = if narrow {
            (26.0, 46.0, 8.0, 12.0)
        } else {
            (44.0, 74.0, 14.0, 16.0)
        };
        let (left, right, gap, bar) = (look.px(left), look.px(right), look.px(gap), look.px(bar));
        Layout {
            left,
            bottom: look.px(if narrow { 26.0 } else { 42.0 }),
            top: look.px(8.0),
            right,
            gap,
            bar,
        }
    }

    /// The height that makes the plane of a picture of this width square.
    pub fn height_for(&self, width: u32) -> u32 {
        width.saturating_sub(self.left + self.right) + self.top + self.bottom
    }
}

/// Draws what lies around the image and upon it: axes, colour scale and the minimum.
pub fn draw_background<DB: DrawingBackend>(root: &DrawingArea<DB, Shift>, look: &Look) -> Drawn<DB> {
    let layout = Layout::of(root.dim_in_pixel().0, look);
    let mut chart = plane(root, &layout)?;
    let (columns, rows) = chart.plotting_area().get_pixel_range();
    draw_minimum(&chart, look)?;

    let roomy = layout.bottom > look.px(30.0);
    let mut mesh = chart.configure_mesh();
    mesh.disable_mesh()
        .axis_style(look.theme.ink.stroke_width(look.px(1.0)))
        .label_style(look.text(12.0))
        .axis_desc_style(look.text(13.0))
        .x_labels(11)
        .y_labels(11)
        .set_all_tick_mark_size(look.px(4.0))
        .x_label_formatter(&|value| label(*value))
        .y_label_formatter(&|value| label(*value));
    if roomy {
        mesh.x_desc("x").y_desc("y");
    }
    mesh.draw()?;
    draw_scale(root, columns.end, &rows, &layout, look)
}

/// The coordinate system of the picture: the same for the background and for what moves above it.
pub fn plane<'a, DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    layout: &Layout,
) -> Result<ChartContext<'a, DB, Plane>, DrawingAreaErrorKind<DB::ErrorType>> {
    ChartBuilder::on(root)
        .margin_top(layout.top)
        .margin_right(layout.right)
        .set_label_area_size(LabelAreaPosition::Left, layout.left)
        .set_label_area_size(LabelAreaPosition::Bottom, layout.bottom)
        .build_cartesian_2d(DOMAIN, DOMAIN)
}

/// A small cross where the function is zero, so that one sees what the search is after.
fn draw_minimum<DB: DrawingBackend>(chart: &ChartContext<'_, DB, Plane>, look: &Look) -> Drawn<DB> {
    let area = chart.plotting_area();
    let (x, y) = area.map_coordinate(&(1.0, 1.0));
    let root = area.strip_coord_spec();
    let ((left, top), arm) = (area.get_base_pixel(), look.px(6.0) as i32);
    let (x, y) = (x - left, y - top);
    let white = plotters::style::WHITE.stroke_width(look.px(1.5));
    root.draw(&PathElement::new([(x - arm, y), (x + arm, y)], white))?;
    root.draw(&PathElement::new([(x, y - arm), (x, y + arm)], white))
}

/// The colour scale to the right of the plane, with the values at the classes' edges.
fn draw_scale<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    plane_end: i32,
    rows: &Range<i32>,
    layout: &Layout,
    look: &Look,
) -> Drawn<DB> {
    let (left, right) = (
        plane_end + layout.gap as i32,
        plane_end + (layout.gap + layout.bar) as i32,
    );
    let edge = |class: usize| rows.end - (rows.len() * class / SPECTRAL.len()) as i32;
    let (style, tick) = (
        look.text(12.0).pos(Pos::new(HPos::Left, VPos::Center)),
        look.px(4.0) as i32,
    );
    for class in 0..SPECTRAL.len() {
        let color = look.theme.class_color(class).filled();
        root.draw(&Rectangle::new([(left, edge(class + 1)), (right, edge(class))], color))?;
        if class > 0 {
            let (height, value) = (edge(class), LOWEST + class as f64);
            let stroke = look.theme.ink.stroke_width(look.px(1.0));
            root.draw(&PathElement::new([(right, height), (right + tick, height)], stroke))?;
            root.draw(&Text::new(
                label(value),
                (right + tick + look.px(3.0) as i32, height),
                style.clone(),
            ))?;
        }
    }
    let title = look
        .text(12.0)
        .into_text_style(root)
        .pos(Pos::new(HPos::Left, VPos::Top));
    root.draw(&Text::new(
        "ln f",
        (right + tick + look.px(3.0) as i32, rows.start),
        title,
    ))
}
