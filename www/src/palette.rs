//! The colours: the eleven of the background and those of the marks upon it, in light and dark.

use std::array;

use plotters::style::RGBColor;

/// ColorBrewer's diverging "Spectral" in eleven classes, from low (violet) to high (dark red).
pub const SPECTRAL: [RGBColor; 11] = [
    RGBColor(94, 79, 162),
    RGBColor(50, 136, 189),
    RGBColor(102, 194, 165),
    RGBColor(171, 221, 164),
    RGBColor(230, 245, 152),
    RGBColor(255, 255, 191),
    RGBColor(254, 224, 139),
    RGBColor(253, 174, 97),
    RGBColor(244, 109, 67),
    RGBColor(213, 62, 79),
    RGBColor(158, 1, 66),
];

/// `ln f` at the lower edge of the first class; each class is one unit wide. Values outside take the end colours.
pub const LOWEST: f64 = -3.0;

/// The values of `f` between one class and the next: with them no pixel needs a logarithm.
pub fn edges() -> [f64; SPECTRAL.len() - 1] {
    array::from_fn(|class| (LOWEST + 1.0 + class as f64).exp())
}

/// The class of a value of `f` between these edges, an index into [`SPECTRAL`].
pub fn class_of(value: f64, edges: &[f64; SPECTRAL.len() - 1]) -> usize {
    edges.partition_point(|edge| *edge <= value)
}

/// The colours that depend on whether the page is light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Text and axes.
    pub ink: RGBColor,
    /// Faint lines.
    pub faint: RGBColor,
    /// What lies behind the picture; the background image is mixed with a little of it in the dark.
    pub paper: RGBColor,
    /// How much of the paper the image takes on, in percent.
    pub shade: u8,
    /// Runs of the search in the strip of workers.
    pub search: RGBColor,
    /// Runs of other tasks in the strip of workers.
    pub other: RGBColor,
    /// Runs that ended in an error.
    pub erred: RGBColor,
}

/// The colours of a light page.
pub const LIGHT: Theme = Theme {
    ink: RGBColor(58, 56, 71),
    faint: RGBColor(214, 210, 222),
    paper: RGBColor(255, 255, 255),
    shade: 0,
    search: RGBColor(94, 79, 162),
    other: RGBColor(199, 102, 22),
    erred: RGBColor(158, 1, 66),
};

/// The colours of a dark page.
pub const DARK: Theme = Theme {
    ink: RGBColor(205, 202, 219),
    faint: RGBColor(62, 59, 78),
    paper: RGBColor(22, 21, 31),
    shade: 8,
    search: RGBColor(158, 143, 232),
    other: RGBColor(240, 160, 80),
    erred: RGBColor(244, 109, 130),
};

impl Theme {
    /// The colour of a class of the background in this theme.
    pub fn class_color(&self, class: usize) -> RGBColor {
        let (color, share) = (SPECTRAL[class], u16::from(self.shade));
        let mix = |a: u8, b: u8| ((u16::from(a) * (100 - share) + u16::from(b) * share) / 100) as u8;
        RGBColor(
            mix(color.0, self.paper.0),
            mix(color.1, self.paper.1),
            mix(color.2, self.paper.2),
        )
    }
}
