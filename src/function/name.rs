//! What people call a function or a type: its path without the modules.

/// `alloc::vec::Vec<app::Point>` is `Vec<Point>`.
pub(crate) fn short_type(path: &str) -> String {
    let mut short = String::new();
    let mut word = 0;
    for (at, character) in path.char_indices() {
        if !(character.is_alphanumeric() || character == '_' || character == ':') {
            push_last_segment(&mut short, &path[word..at]);
            short.push(character);
            word = at + character.len_utf8();
        }
    }
    push_last_segment(&mut short, &path[word..]);
    short
}

/// `app::search::rosenbrock` is `rosenbrock`, `app::square<f64>` is `square`, a closure is `closure`.
pub(crate) fn short_function(path: &str) -> String {
    if path.ends_with("{{closure}}") {
        return "closure".to_owned();
    }
    let plain = match path.strip_suffix('>').and_then(|_| generics_start(path)) {
        Some(start) => &path[..start],
        None => path,
    };
    plain.rsplit("::").next().unwrap_or(plain).to_owned()
}

/// Where the `<` is that the final `>` closes.
fn generics_start(path: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, character) in path.char_indices().rev() {
        match character {
            '>' => depth += 1,
            '<' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn push_last_segment(short: &mut String, path: &str) {
    short.push_str(path.rsplit("::").next().unwrap_or(path));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_lose_their_modules_at_every_depth() {
        assert_eq!(short_type("i64"), "i64");
        assert_eq!(
            short_type("alloc::vec::Vec<(app::Point, alloc::string::String)>"),
            "Vec<(Point, String)>"
        );
        assert_eq!(short_type("core::num::error::ParseIntError"), "ParseIntError");
        assert_eq!(short_type("[f64; 3]"), "[f64; 3]");
    }

    #[test]
    fn functions_lose_modules_and_parameters() {
        assert_eq!(short_function("app::search::rosenbrock"), "rosenbrock");
        assert_eq!(short_function("app::square<alloc::vec::Vec<f64>>"), "square");
        assert_eq!(short_function("<app::Grid as app::Shape>::area"), "area");
        assert_eq!(short_function("app::main::{{closure}}"), "closure");
        assert_eq!(short_function("app::main::{{closure}}::{{closure}}"), "closure");
    }
}
