//! How wide a text is, and where it breaks into lines.
//!
//! Nobody can ask a reader's font here, so widths are those of Arial and Helvetica, which Liberation Sans has as well, and a little
//! more. What is wider in another font has the margin of its box to grow into.

use unicode_width::UnicodeWidthChar;

/// What fonts differ in, and bold letters.
const SLACK: f64 = 1.06;

/// Width of a text in letters of this size, in the same unit.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size * SLACK
}

/// Width of a letter, in parts of the size.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.24,
        ' ' | 'f' | 't' | 'I' | '.' | ',' | ':' | ';' | '!' | '/' | '\\' | '[' | ']' => 0.28,
        'r' | '(' | ')' | '{' | '}' | '-' | '"' | '`' => 0.34,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.5,
        'm' | 'M' | '%' => 0.86,
        'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 0.73,
        'G' | 'O' | 'Q' => 0.78,
        'W' | '@' => 0.98,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 0.67,
        'F' | 'L' | 'T' | 'Z' | '<' | '>' | '=' | '+' | '~' => 0.61,
        c if c.is_ascii() => 0.56,
        c => match c.width() {
            None | Some(0) => 0.0,
            Some(1) => 0.64,
            Some(_) => 1.0,
        },
    }
}

/// A text in lines no wider than `room`, at most `most` of them; of a longer one the last ends in an ellipsis.
pub(super) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        let joined = format!("{line}{word}");
        if line.is_empty() || width(joined.trim_end(), size) <= room {
            line = joined;
        } else {
            lines.push(std::mem::replace(&mut line, word));
        }
        while width(line.trim_end(), size) > room {
            let rest = cut(&line, size, room);
            lines.push(std::mem::replace(&mut line, rest.1));
            if let Some(last) = lines.last_mut() {
                last.truncate(rest.0);
            }
        }
    }
    lines.push(line);
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.trim().to_owned()).collect();
    lines.retain(|line| !line.is_empty());
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty() && width(last, size) + width("…", size) > room {
                last.pop();
            }
            *last = format!("{}…", last.trim_end());
        }
    }
    if lines.is_empty() { vec![String::new()] } else { lines }
}

/// The parts between which a line may end: each with the space or hyphen after it.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if let Some(last) = words.last_mut() {
            last.push(c);
        }
        // A date is one word.
        let hyphen = matches!(c, '-' | '–' | '—') && !before.is_ascii_digit();
        if c == ' ' || c == '_' || hyphen || c.width() == Some(2) {
            words.push(String::new());
        }
        before = c;
    }
    words
}

/// Where a word that is wider than a line is cut: the bytes that stay, and what follows. A mark stays with its letter.
fn cut(word: &str, size: f64, room: f64) -> (usize, String) {
    let mut so_far = 0.0;
    for (i, (at, c)) in word.char_indices().enumerate() {
        so_far += advance(c) * size * SLACK;
        if so_far > room && i > 0 && advance(c) > 0.0 {
            return (at, word[at..].to_owned());
        }
    }
    (word.len(), String::new())
}

#[cfg(test)]
mod tests {
    use super::{width, wrap};

    #[test]
    fn no_line_is_wider_than_its_room_and_no_letter_is_lost() {
        for text in [
            "licence for gallium and germanium",
            "Donaudampfschifffahrtsgesellschaft",
            "第61号公告 对含有中国成分",
            "a\u{301}bc x",
        ] {
            let lines = wrap(text, 10.0, 60.0, 20);
            assert!(lines.iter().all(|line| width(line, 10.0) <= 60.0), "{lines:?}");
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text));
        }
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(wrap("one two three four", 10.0, 45.0, 2), ["one two", "three…"]);
        assert_eq!(wrap("", 10.0, 45.0, 2), [""]);
    }
}
