//! The code that the page shows of itself: cut from the files it was compiled from.

use wasm_bindgen::prelude::wasm_bindgen;

/// The function that the workers run and the loop that searches, as they were compiled.
#[wasm_bindgen]
pub fn listing() -> String {
    let tasks = include_str!("tasks.rs");
    let pieces = [
        function(tasks, "pub fn rosenbrock("),
        function(tasks, "pub fn rosenbrock_value("),
        function(include_str!("run.rs"), "async fn search("),
    ];
    pieces.join("\n\n")
}

/// A function at the margin of a file, with the comment above it.
fn function<'a>(file: &'a str, head: &str) -> &'a str {
    let head = file.find(head).expect("the function is in the file");
    let start = file[..head].rfind("\n\n").map_or(0, |gap| gap + 2);
    let length = file[start..].find("\n}\n").expect("the function ends") + 2;
    &file[start..start + length]
}
