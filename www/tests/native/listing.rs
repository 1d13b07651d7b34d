//! The code that the page shows of itself.

use webfutures_www::listing::listing;

#[test]
fn shows_three_whole_functions_with_their_comments() {
    let text = listing();
    for piece in [
        "/// Evaluates the function",
        "fn rosenbrock(",
        "fn rosenbrock_value(",
        "async fn search(",
        "= as_completed(",
    ] {
        assert_eq!(text.matches(piece).count(), 1, "{piece} in\n{text}");
    }
    assert!(text.starts_with("///") && text.ends_with("\n}"));
    assert_eq!(text.matches("\n}").count(), 3);
}
