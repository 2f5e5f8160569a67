//! Reading a value as the tables of the suite write it.

use super::term::{Hop, Node, Properties, Rel, Term};

/// The value that a cell is, to its end.
///
/// # Errors
/// What was expected, and before what.
pub fn read(cell: &str) -> Result<Term, String> {
    let mut reader = Reader { rest: cell };
    let term = reader.term().and_then(|term| {
        reader.skip_blanks();
        if reader.rest.is_empty() { Ok(term) } else { Err("the end".to_owned()) }
    });
    term.map_err(|expected| format!("value `{cell}`: expected {expected} before `{}`", reader.rest))
}

/// Reads from the front; an error is what was expected before the rest.
struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes this token if it comes next.
    fn takes(&mut self, token: &str) -> bool {
        self.skip_blanks();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn needs(&mut self, token: &str) -> Result<(), String> {
        if self.takes(token) { Ok(()) } else { Err(format!("`{token}`")) }
    }

    fn comes(&mut self, token: &str) -> bool {
        self.skip_blanks();
        self.rest.starts_with(token)
    }

    fn term(&mut self) -> Result<Term, String> {
        self.skip_blanks();
        match self.rest.chars().next() {
            Some('(') => self.node().map(Term::Node),
            Some('<') => self.path(),
            Some('{') => self.map().map(Term::Map),
            Some('\'') => self.text().map(Term::Text),
            Some('[') if self.rest[1..].trim_start().starts_with(':') => self.rel().map(Term::Rel),
            Some('[') => self.list(),
            _ => self.word(),
        }
    }

    fn node(&mut self) -> Result<Node, String> {
        let mut node = Node::default();
        self.needs("(")?;
        while self.takes(":") {
            node.labels.insert(self.name()?);
        }
        if self.comes("{") {
            node.properties = self.map()?;
        }
        self.needs(")")?;
        Ok(node)
    }

    fn rel(&mut self) -> Result<Rel, String> {
        self.needs("[")?;
        self.needs(":")?;
        let kind = self.name()?;
        let properties = if self.comes("{") { self.map()? } else { Properties::new() };
        self.needs("]")?;
        Ok(Rel { kind, properties })
    }

    fn path(&mut self) -> Result<Term, String> {
        self.needs("<")?;
        let first = self.node()?;
        let mut hops = Vec::new();
        while !self.takes(">") {
            let is_backward = self.takes("<-");
            if !is_backward {
                self.needs("-")?;
            }
            let rel = self.rel()?;
            self.needs(if is_backward { "-" } else { "->" })?;
            hops.push(Hop { is_forward: !is_backward, rel, node: self.node()? });
        }
        Ok(Term::Path(first, hops))
    }

    fn map(&mut self) -> Result<Properties, String> {
        let mut map = Properties::new();
        self.needs("{")?;
        if self.takes("}") {
            return Ok(map);
        }
        loop {
            let key = self.name()?;
            self.needs(":")?;
            let term = self.term()?;
            if map.insert(key.clone(), term).is_some() {
                return Err(format!("`{key}` once only"));
            }
            if self.takes("}") {
                return Ok(map);
            }
            self.needs(",")?;
        }
    }

    fn list(&mut self) -> Result<Term, String> {
        let mut terms = Vec::new();
        self.needs("[")?;
        if self.takes("]") {
            return Ok(Term::List(terms));
        }
        loop {
            terms.push(self.term()?);
            if self.takes("]") {
                return Ok(Term::List(terms));
            }
            self.needs(",")?;
        }
    }

    fn name(&mut self) -> Result<String, String> {
        if self.takes("`") {
            let (name, rest) = self.rest.split_once('`').ok_or("a closing back-tick")?;
            self.rest = rest;
            return Ok(name.to_owned());
        }
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() {
            return Err("a name".to_owned());
        }
        self.rest = rest;
        Ok(name.to_owned())
    }

    fn text(&mut self) -> Result<String, String> {
        self.needs("'")?;
        let (mut text, mut chars) = (String::new(), self.rest.chars());
        loop {
            let c = match chars.next() {
                None => return Err("a closing quote".to_owned()),
                Some('\'') => break,
                Some('\\') => match chars.next() {
                    Some(c @ ('\'' | '"' | '\\')) => c,
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('b') => '\u{8}',
                    Some('f') => '\u{c}',
                    Some('u') => {
                        let hex: String = chars.by_ref().take(4).collect();
                        let code = u32::from_str_radix(&hex, 16).ok().filter(|_| hex.len() == 4);
                        code.and_then(char::from_u32).ok_or("four hexadecimal digits")?
                    }
                    _ => return Err("an escape".to_owned()),
                },
                Some(c) => c,
            };
            text.push(c);
        }
        self.rest = chars.as_str();
        Ok(text)
    }

    /// A number or one of the words that stand for a value.
    fn word(&mut self) -> Result<Term, String> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let digits = word.trim_start_matches('-');
        let term = match word {
            "null" => Term::Null,
            "true" => Term::Bool(true),
            "false" => Term::Bool(false),
            "NaN" => Term::Float(f64::NAN.into()),
            "Inf" | "+Inf" | "Infinity" => Term::Float(f64::INFINITY.into()),
            "-Inf" | "-Infinity" => Term::Float(f64::NEG_INFINITY.into()),
            _ if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => return Err("a value".to_owned()),
            _ if digits.chars().all(|c| c.is_ascii_digit()) => {
                Term::Int(word.parse().map_err(|_| "an integer of 64 bits")?)
            }
            _ => Term::Float(word.parse::<f64>().map_err(|_| "a number")?.into()),
        };
        self.rest = rest;
        Ok(term)
    }
}
