//! Texts that nobody would write, made of what somebody did: pieces of the transcripts and of the examples of keywords,
//! spliced, cut, repeated and sprinkled with signs. `tests/fuzz/law.rs` says what holds for all of them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "fuzz/law.rs"]
mod law;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use portolan::diag::{Span, code};
use portolan::format::curated::{self, Curated};
use portolan::limits::Limits;
use portolan::parse::{self, KEYWORDS, TokenKind};
use portolan::session::Engine;
use proptest::prelude::*;

/// The statements of the transcripts and of the table of keywords.
fn statements() -> &'static [String] {
    static STATEMENTS: OnceLock<Vec<String>> = OnceLock::new();
    STATEMENTS.get_or_init(|| {
        let mut found: Vec<String> = KEYWORDS.iter().map(|keyword| keyword.example.to_owned()).collect();
        let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|extension| extension == "test") {
                let text = fs::read_to_string(&path).unwrap();
                // Lines after `>` that follow one another are one statement.
                let mut asked = String::new();
                for line in text.lines().chain([""]) {
                    match line.strip_prefix("> ") {
                        Some(part) => asked.extend([part, "\n"]),
                        None if asked.is_empty() => {}
                        None => found.push(std::mem::take(&mut asked)),
                    }
                }
            }
        }
        found.sort();
        found.dedup();
        assert!(found.len() > 200, "only {} statements", found.len());
        found
    })
}

/// A token with the space before it; a sign from elsewhere has none and is of no kind.
type Piece = (&'static str, &'static str, Option<TokenKind>);

fn pieces(statement: &'static str) -> Vec<Piece> {
    let mut start = 0;
    let piece = |(span, kind): (Span, TokenKind)| {
        let space = statement.get(std::mem::replace(&mut start, span.end)..span.start)?;
        Some((space, statement.get(span.start..span.end)?, Some(kind)))
    };
    parse::tokens(statement).into_iter().filter_map(piece).collect()
}

/// What is sprinkled in, between spaces.
const SIGNS: &str = "( ) [ ] { } ' \" ` , ; : . .. * | |+| - -> <- = <> ! % & $ $n ? + // /* */ \\ \\u00 0x 1e999 \
    99999999999999999999 \u{0} \u{2013} é \u{1f30d} \u{feff} \r\n WITH NOT CASE WHERE AS IN null";

#[derive(Clone, Debug)]
enum Change {
    /// The rest of another statement from here on.
    Splice(usize, usize, usize),
    Cut(usize, usize),
    Repeat(usize, usize, usize),
    Swap(usize, usize),
    Sign(usize, usize),
    /// A piece of another statement in place of one of this.
    Other(usize, usize, usize),
    /// The same with a name for a name, a number for a number: what reads well and means nothing.
    Same(usize, usize, usize),
    /// Brackets around a piece, several times.
    Nest(usize, usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let n = || 0..10_000_usize;
    prop_oneof![
        (n(), n(), n()).prop_map(|(a, b, c)| Change::Splice(a, b, c)),
        (n(), 1..4_usize).prop_map(|(a, b)| Change::Cut(a, b)),
        (n(), 1..6_usize, 1..4_usize).prop_map(|(a, b, c)| Change::Repeat(a, b, c)),
        (n(), n()).prop_map(|(a, b)| Change::Swap(a, b)),
        (n(), n()).prop_map(|(a, b)| Change::Sign(a, b)),
        (n(), n(), n()).prop_map(|(a, b, c)| Change::Other(a, b, c)),
        (n(), n(), 1..40_usize).prop_map(|(a, b, c)| Change::Nest(a, b, c)),
    ]
}

/// Changes of every sort, or such as leave most texts well formed.
fn changes() -> impl Strategy<Value = Vec<Change>> {
    let n = || 0..10_000_usize;
    let same = (n(), n(), n()).prop_map(|(a, b, c)| Change::Same(a, b, c));
    prop_oneof![prop::collection::vec(change(), 1..5), prop::collection::vec(same, 1..8)]
}

fn garbled(first: usize, changes: &[Change]) -> String {
    let all = statements();
    let of = |at: usize| pieces(&all[at % all.len()]);
    let mut text: Vec<Piece> = of(first);
    for change in changes {
        let len = text.len().max(1);
        match *change {
            Change::Splice(at, other, from) => {
                let other = of(other);
                text.truncate(at % len);
                text.extend(&other[from % other.len().max(1)..]);
            }
            Change::Cut(at, n) => drop(text.drain(at % len..(at % len + n).min(text.len()))),
            Change::Repeat(at, n, times) => {
                let at = at % len;
                let part = text[at..(at + n).min(text.len())].repeat(times);
                text.splice(at..at, part);
            }
            Change::Swap(a, b) if !text.is_empty() => text.swap(a % len, b % len),
            Change::Swap(..) => {}
            Change::Sign(at, sign) => {
                let signs: Vec<&str> = SIGNS.split(' ').collect();
                text.insert(at % len, ("", signs[sign % signs.len()], None));
            }
            Change::Other(at, other, piece) => {
                let other = of(other);
                if let (Some(place), Some(piece)) = (text.get_mut(at % len), other.get(piece % other.len().max(1))) {
                    *place = *piece;
                }
            }
            Change::Same(at, other, piece) => {
                const TOLD: &[TokenKind] =
                    &[TokenKind::Name, TokenKind::Label, TokenKind::Text, TokenKind::Number, TokenKind::Parameter];
                let told = |piece: &&mut Piece| piece.2.is_some_and(|kind| TOLD.contains(&kind));
                let mut places: Vec<&mut Piece> = text.iter_mut().filter(told).collect();
                let n = places.len().max(1);
                let Some(place) = places.get_mut(at % n) else { continue };
                let alike: Vec<Piece> = of(other).into_iter().filter(|(.., kind)| *kind == place.2).collect();
                if let Some(piece) = alike.get(piece % alike.len().max(1)) {
                    place.1 = piece.1;
                }
            }
            Change::Nest(at, kind, times) => {
                let (open, close) =
                    [("(", ")"), ("[", "]"), ("{a: ", "}"), ("NOT ", ""), ("-", ""), ("[x IN ", "]")][kind % 6];
                let at = at % len;
                let end = (at + 1).min(text.len());
                text.splice(end..end, std::iter::repeat_n(("", close, None), times));
                text.splice(at..at, std::iter::repeat_n(("", open, None), times));
            }
        }
    }
    text.into_iter().flat_map(|(space, word, _)| [space, word]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn whatever_the_text_it_is_read_or_its_mistakes_are_placed(
        first in 0..10_000_usize,
        changes in changes(),
    ) {
        law::check(&garbled(first, &changes));
    }
}

/// Statements that read well mostly mean nothing; some change the graph or define something for those after them.
fn run(statements: &[String]) {
    static SHIPS: OnceLock<Curated> = OnceLock::new();
    let _alone = law::READING.lock();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
    let ships = SHIPS.get_or_init(|| curated::read(&[folder]).unwrap());
    let session = Engine::new(ships.snapshot.clone(), &ships.rules).unwrap().session();
    // Whether it ends in time depends on the machine, that it ends does not.
    let limits = || Limits::new(64 << 20, Some(Duration::from_millis(200)));
    for text in statements {
        let Err(wrong) = session.run(text, &limits()) else { continue };
        for diagnostic in wrong {
            let is_limit = [code::STOPPED, code::DEADLINE, code::OUT_OF_MEMORY].contains(&diagnostic.code);
            if !is_limit {
                law::placed(&[diagnostic], text);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn whatever_is_run_ends_and_its_mistakes_are_placed(
        texts in prop::collection::vec((0..10_000_usize, changes()), 4),
    ) {
        let texts: Vec<String> = texts.iter().map(|(first, changes)| garbled(*first, changes)).collect();
        run(&texts);
    }
}

#[test]
fn every_statement_that_was_written_is_read_or_its_mistakes_are_placed() {
    for statement in statements() {
        law::check(statement);
    }
    if let Some(folder) = std::env::var_os("PORTOLAN_CORPUS") {
        fs::create_dir_all(&folder).unwrap();
        for (number, statement) in statements().iter().enumerate() {
            fs::write(Path::new(&folder).join(number.to_string()), statement).unwrap();
        }
    }
}
