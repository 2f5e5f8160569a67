//! Numbers and texts, as they are written, to values.

use super::ast::Literal;
use super::build::{Build, Pair};
use super::grammar::Rule;
use crate::diag::{Span, code};

impl Build {
    /// A literal of any kind.
    pub fn literal(&self, pair: &Pair<'_>) -> Literal {
        match pair.as_rule() {
            Rule::k_true => Literal::Bool(true),
            Rule::k_false => Literal::Bool(false),
            Rule::least_integer => Literal::Int(i64::MIN),
            Rule::integer => self.integer(pair),
            Rule::float => self.float(pair),
            Rule::string => Literal::Text(self.text(pair)),
            _ => Literal::Null,
        }
    }

    fn integer(&self, pair: &Pair<'_>) -> Literal {
        let text = pair.as_str();
        let lower = text.to_ascii_lowercase();
        let value = match (lower.strip_prefix("0x"), lower.strip_prefix("0o")) {
            (Some(digits), _) => i64::from_str_radix(digits, 16),
            (None, Some(digits)) => i64::from_str_radix(digits, 8),
            (None, None) => lower.parse(),
        };
        value.map_or_else(
            |_| {
                self.wrong(
                    code::INTEGER_OVERFLOW,
                    "an integer is too large",
                    self.span(pair),
                    "integers lie between -9223372036854775808 and 9223372036854775807",
                );
                Literal::Null
            },
            Literal::Int,
        )
    }

    fn float(&self, pair: &Pair<'_>) -> Literal {
        match pair.as_str().parse::<f64>() {
            Ok(value) if value.is_finite() => Literal::Float(value),
            _ => {
                self.wrong(
                    code::FLOAT_OVERFLOW,
                    "a number is too large",
                    self.span(pair),
                    "floating-point numbers lie between -1.7976931348623157e308 and 1.7976931348623157e308",
                );
                Literal::Null
            }
        }
    }

    /// A text without its quotes, escapes resolved.
    pub fn text(&self, pair: &Pair<'_>) -> String {
        let whole = self.span(pair);
        let written = pair.as_str();
        let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or("");
        let mut text = String::with_capacity(inner.len());
        let mut rest = inner.char_indices();
        while let Some((at, character)) = rest.next() {
            if character != '\\' {
                text.push(character);
                continue;
            }
            let Some((_, escaped)) = rest.next() else { break };
            text.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' | 'U' => {
                    let n_digits = if escaped == 'u' { 4 } else { 8 };
                    let digits = &inner[at + 2..];
                    let digits = digits.get(..n_digits).unwrap_or(digits);
                    let start = whole.start + 1 + at;
                    // As in other engines, a character beyond the first 65,536 may be written as a pair of surrogates.
                    if let Some(pair) = inner.get(at..at + 12).filter(|_| n_digits == 4).and_then(surrogates) {
                        text.push(pair);
                        rest.nth(9);
                        continue;
                    }
                    let Some(character) = character_of(digits, n_digits) else {
                        let span = Span::new(start, start + 2 + digits.len());
                        let expected = format!("`\\{escaped}` and the {n_digits} hexadecimal digits of a character");
                        self.wrong(code::INVALID_UNICODE, "a Unicode escape is malformed", span, &expected);
                        continue;
                    };
                    for _ in 0..n_digits {
                        rest.next();
                    }
                    character
                }
                '\\' | '\'' | '"' | '`' => escaped,
                _ => {
                    let start = whole.start + 1 + at;
                    self.wrong(
                        code::SYNTAX,
                        &format!("`\\{escaped}` is no escape"),
                        Span::new(start, start + 1 + escaped.len_utf8()),
                        &format!("`\\\\{escaped}` for a backslash, or one of `\\n`, `\\t`, `\\r`, `\\b`, `\\f`, `\\'`, `\\\"`, `\\u0041`"),
                    );
                    continue;
                }
            });
        }
        text
    }
}

/// The character of `\uD83D\uDE00`.
fn surrogates(written: &str) -> Option<char> {
    let (high, low) = written.strip_prefix("\\u")?.split_at_checked(4)?;
    let low = low.strip_prefix("\\u")?;
    let number =
        |digits: &str| u16::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 4 && !digits.contains('+'));
    char::decode_utf16([number(high)?, number(low)?]).next()?.ok().filter(|found| u32::from(*found) > 0xffff)
}

fn character_of(digits: &str, n_digits: usize) -> Option<char> {
    let hexadecimal = digits.len() == n_digits && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| hexadecimal)?;
    char::from_u32(number)
}
