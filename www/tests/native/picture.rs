//! The picture through plotters' SVG backend: what is drawn, where, and in which colours.

use std::collections::BTreeSet;

use plotters::prelude::{IntoDrawingArea, SVGBackend};
use webfutures_www::chart::{Layout, Look, draw_background};
use webfutures_www::image::image;
use webfutures_www::overlay::draw_search;
use webfutures_www::palette::{DARK, LIGHT, LOWEST, SPECTRAL, class_of, edges};
use webfutures_www::search::Search;
use webfutures_www::tasks::rosenbrock_value;

const PAGE: Look = Look {
    theme: LIGHT,
    density: 1.0,
};

fn background(width: u32, look: &Look) -> String {
    let mut svg = String::new();
    {
        let height = Layout::of(width, look).height_for(width);
        let root = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        draw_background(&root, look).expect("drawn");
        root.present().expect("presented");
    }
    svg
}

fn overlay(search: &Search) -> String {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (600, 500)).into_drawing_area();
        draw_search(&root, search, &PAGE).expect("drawn");
        root.present().expect("presented");
    }
    svg
}

fn fills(svg: &str) -> BTreeSet<&str> {
    svg.split("fill=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn background_shows_all_eleven_colours_and_labels_its_axes_and_scale() {
    let svg = background(560, &PAGE);
    for color in SPECTRAL {
        let hex = format!("#{:02X}{:02X}{:02X}", color.0, color.1, color.2);
        assert!(fills(&svg).contains(hex.as_str()), "{hex} is missing");
    }
    let texts: BTreeSet<&str> = svg
        .split("</text>")
        .filter_map(|piece| piece.rsplit('>').next())
        .map(str::trim)
        .collect();
    for text in ["x", "y", "ln f", "−5", "0", "5", "−2", "7"] {
        assert!(texts.contains(text), "{text} is missing in {texts:?}");
    }
}

#[test]
fn dark_background_keeps_the_scale_s_order_and_differs_from_the_light_one() {
    let dark = background(
        400,
        &Look {
            theme: DARK,
            density: 1.0,
        },
    );
    assert_ne!(dark, background(400, &PAGE));
    let distinct: BTreeSet<_> = (0..11).map(|class| DARK.class_color(class).0).collect();
    assert!(distinct.len() >= 10);
}

#[test]
fn the_plane_is_square_at_every_width_and_density() {
    for (width, density) in [(320, 1.0), (358, 1.0), (716, 2.0), (560, 1.0), (1120, 2.0), (1680, 3.0)] {
        let look = Look { theme: LIGHT, density };
        let layout = Layout::of(width, &look);
        let mut svg = String::new();
        let root = SVGBackend::with_string(&mut svg, (width, layout.height_for(width))).into_drawing_area();
        let chart = webfutures_www::chart::plane(&root, &layout).expect("a plane");
        let (columns, rows) = chart.plotting_area().get_pixel_range();
        assert_eq!(columns.len(), rows.len(), "{width} at {density}");
    }
}

#[test]
fn classes_cover_the_function_s_range_in_unit_steps() {
    let class = |value| class_of(value, &edges());
    assert_eq!(class(0.0), 0);
    assert_eq!(class((LOWEST + 0.5).exp()), 0);
    assert_eq!(class((LOWEST + 1.5).exp()), 1);
    assert_eq!(class(rosenbrock_value(-5.0, -5.0)), SPECTRAL.len() - 1);
    assert_eq!(class(rosenbrock_value(1.0, 1.0)), 0);
}

#[test]
fn the_image_has_all_eleven_colours_the_highest_below_and_the_lowest_at_the_minimum() {
    let (width, height) = (300, 200);
    let pixels = image(width, height, &LIGHT);
    assert_eq!(pixels.len(), 4 * width * height);
    let color = |column: usize, row: usize| &pixels[4 * (column + row * width)..][..4];
    let opaque = |class: usize| [SPECTRAL[class].0, SPECTRAL[class].1, SPECTRAL[class].2, 255];
    // The axes run from -5 to 5: the minimum, (1, 1), lies at six tenths of the width and four of the height.
    assert_eq!(color(180, 80), opaque(0));
    assert_eq!(color(0, height - 1), opaque(10));
    let distinct: BTreeSet<&[u8]> = pixels.chunks_exact(4).collect();
    assert_eq!(distinct.len(), SPECTRAL.len());
}

#[test]
fn overlay_marks_recent_points_those_in_flight_and_the_best() {
    let mut search = Search::new(2);
    let points = search.first_points();
    let empty = overlay(&Search::new(2)).matches("<circle").count();
    assert_eq!(empty, 0);

    // Ten points in flight, two circles each.
    assert_eq!(overlay(&search).matches("<circle").count(), 20);

    for &(x, y) in &points[..3] {
        search.complete(((x, y), rosenbrock_value(x, y)));
    }
    let svg = overlay(&search);
    let visible = search
        .in_flight()
        .iter()
        .filter(|(x, y)| x.abs() < 5.0 && y.abs() < 5.0)
        .count();
    assert_eq!(svg.matches("<circle").count(), 2 * visible + 2 * 3 + 3);
    assert_eq!(
        svg.matches("<polyline").count(),
        if search.path().len() > 1 { 2 } else { 0 }
    );
}
