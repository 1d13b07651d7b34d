//! Numbers as the page shows them.

use crate::search::Point;

/// A score: four decimals, or as a power of ten when it is small.
pub fn score(value: f64) -> String {
    if value >= 0.001 || value == 0.0 {
        return format!("{value:.4}");
    }
    let scientific = format!("{value:.3e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    format!("{digits} × 10{}", superscript(exponent))
}

/// A point, to four decimals, with a true minus.
pub fn position((x, y): Point) -> String {
    format!("({x:.4}, {y:.4})").replace('-', "−")
}

/// A label of an axis: a whole number, with a true minus.
pub fn label(value: f64) -> String {
    format!("{value:.0}").replace('-', "−")
}

/// Evaluations a second: whole numbers with a thin space between thousands, one decimal when there are few.
pub fn rate(per_second: f64) -> String {
    if per_second < 100.0 {
        return format!("{per_second:.1}");
    }
    let digits = format!("{per_second:.0}");
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join("\u{2009}")
}

fn superscript(number: &str) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number
        .chars()
        .map(|sign| sign.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]))
        .collect()
}
