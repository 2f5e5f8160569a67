//! The manual says what the program does.
//!
//! `docs/functions.md` is what the tables give. In the other pages every transcript is repeated, and what stands between
//! markers is written from a table; the rest is prose. `PORTOLAN_MANUAL=rewrite cargo test --test manual` writes all of it
//! anew; read the difference before you keep it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod transcript;

#[path = "manual/functions.rs"]
mod functions;

use std::fs;
use std::path::Path;

/// Holds a page to what it should be, or makes it so.
fn hold(name: &str, anew: impl FnOnce(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    let was = fs::read_to_string(&path).unwrap_or_default();
    let now = anew(&was);
    if std::env::var_os("PORTOLAN_MANUAL").is_some_and(|value| value == "rewrite") {
        fs::write(&path, now).unwrap();
    } else if let Some(wrong) = transcript::difference(&format!("docs/{name}"), &was, &now) {
        panic!("{wrong}");
    }
}

#[test]
fn the_page_of_functions_is_what_the_tables_give() {
    hold("functions.md", |_| functions::page());
}
