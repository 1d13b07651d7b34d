//! `src/wire.js` says what `src/wire.rs` says.

use std::path::Path;

/// Set by `cargo xtask wire`: write the file instead of comparing it.
const WRITE: &str = "WEBFUTURES_WRITE_WIRE";

#[test]
fn wire_js_is_what_wire_rs_generates() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wire.js");
    let generated = webfutures::wire::javascript();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &generated).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some(stale) = first_difference(&text, &generated) {
        panic!("{stale}\nsrc/wire.js is not what src/wire.rs generates: run `cargo xtask wire`");
    }
}

#[test]
fn no_two_records_of_one_direction_have_the_same_number() {
    let mut known = std::collections::HashMap::new();
    for (name, value, doc) in webfutures::wire::ALL {
        // As `Order: …` begins what a record is.
        let direction = ["Order", "Report", "To the page", "Reason of `SETTLE_FAILED`"]
            .into_iter()
            .find(|direction| doc.trim_start().starts_with(&format!("{direction}:")));
        if let Some(direction) = direction {
            let other = known.insert((direction, value.to_bits()), name);
            assert_eq!(other, None, "{direction}: {name} has the number of another");
        }
    }
    assert!(known.len() > 30, "the documentation was not understood: {known:?}");
}

/// Where two texts first differ, as `src/wire.js:line: …`; nothing if they are equal.
fn first_difference(text: &str, generated: &str) -> Option<String> {
    if text == generated {
        return None;
    }
    let same = text.lines().zip(generated.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("the end of the file").to_string();
    Some(format!(
        "src/wire.js:{}: has\n    {}\nshould have\n    {}",
        same + 1,
        line(text),
        line(generated)
    ))
}

#[test]
fn a_stale_wire_js_is_named_by_its_line() {
    let fresh = webfutures::wire::javascript();
    assert_eq!(first_difference(&fresh, &fresh), None);
    let (at, line) = fresh
        .lines()
        .enumerate()
        .find(|(_, line)| line.starts_with("export const"))
        .expect("a constant");
    let changed = line.replace(';', "1;");
    let said = first_difference(&fresh.replacen(line, &changed, 1), &fresh).expect("a difference");
    assert!(said.starts_with(&format!("src/wire.js:{}:", at + 1)), "{said}");
    assert!(said.contains(line) && said.contains(&changed), "{said}");
    assert!(first_difference("", &fresh).is_some(), "a missing file is stale");
}
