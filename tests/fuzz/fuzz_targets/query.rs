//! Any text, read, printed and bound. What it finds belongs into `tests/fuzz.rs` as a text of its own.
//!
//! `cargo install cargo-fuzz`, then `cargo +nightly fuzz run query --fuzz-dir tests/fuzz`; the words of the language help:
//! `PORTOLAN_CORPUS=tests/fuzz/corpus/query cargo test --test fuzz` writes the statements of the transcripts as a beginning.

#![no_main]

#[path = "../law.rs"]
mod law;

libfuzzer_sys::fuzz_target!(|text: &str| law::check(text));
