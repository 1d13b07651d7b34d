//! Numbers as the page shows them.

use webfutures_www::format::{label, position, rate, score};

#[test]
fn scores_are_decimals_until_they_are_small() {
    assert_eq!(score(131.25), "131.2500");
    assert_eq!(score(0.0421), "0.0421");
    assert_eq!(score(3.1429e-8), "3.143 × 10⁻⁸");
    assert_eq!(score(5e-12), "5.000 × 10⁻¹²");
    assert_eq!(score(0.0), "0.0000");
}

#[test]
fn positions_and_labels_have_true_minus_signs() {
    assert_eq!(label(-3.0), "−3");
    assert_eq!(position((-0.5, 1.0)), "(−0.5000, 1.0000)");
}

#[test]
fn rates_group_their_thousands() {
    assert_eq!(rate(38.94), "38.9");
    assert_eq!(rate(238.4), "238");
    assert_eq!(rate(12_345.6), "12\u{2009}346");
    assert_eq!(rate(1_234_567.0), "1\u{2009}234\u{2009}567");
}
