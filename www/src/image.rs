//! The image behind the picture: `ln f` over the plane, one of eleven colours for each pixel.

use std::array;

use plotters::style::RGBColor;

use crate::chart::DOMAIN;
use crate::palette::{SPECTRAL, Theme, class_of, edges};
use crate::tasks::rosenbrock_value;

/// The pixels, row by row from the top: red, green, blue and 255, as a canvas takes them.
pub fn image(width: usize, height: usize, theme: &Theme) -> Vec<u8> {
    let colors: [[u8; 4]; SPECTRAL.len()] = array::from_fn(|class| {
        let RGBColor(red, green, blue) = theme.class_color(class);
        [red, green, blue, 255]
    });
    let edges = edges();
    let mut pixels = Vec::with_capacity(4 * width * height);
    for row in 0..height {
        let y = -across(row, height);
        for column in 0..width {
            let value = rosenbrock_value(across(column, width), y);
            pixels.extend(colors[class_of(value, &edges)]);
        }
    }
    pixels
}

/// Where the middle of a pixel lies on an axis of that many.
fn across(pixel: usize, pixels: usize) -> f64 {
    DOMAIN.start + (DOMAIN.end - DOMAIN.start) * (pixel as f64 + 0.5) / pixels as f64
}
