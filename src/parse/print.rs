//! Print: a tree becomes canonical text, such that `parse(print(x)) == x`.
//!
//! Keywords in capitals, each clause on its own line, parentheses only where the tree needs them. A column is printed
//! as it was written, because its text is its name.

use std::fmt::Write as _;

use super::ast::{
    Between, Body, Clause, ClauseKind, Define, Expression, Frame, Including, MatchMode, Metadata, Mode, Name, Paging,
    PathPart, Projection, Query, Question, RemoveItem, SetItem, Statement, Union, ValidTime, Verb,
};

/// The canonical text of a statement.
///
/// # Examples
/// ```
/// use portolan::parse::{parse, print};
/// let statement = parse("as of '2025-10-21' match (m:Measure) where m.rate>10 return m.name").unwrap();
/// assert_eq!(print(&statement), "AS OF '2025-10-21'\nMATCH (m:Measure) WHERE m.rate > 10\nRETURN m.name");
/// ```
#[must_use]
pub fn print(statement: &Statement) -> String {
    let mut printer = Printer::default();
    printer.statement(statement);
    printer.out
}

/// The canonical text of a clause.
#[must_use]
pub fn print_clause(clause: &Clause) -> String {
    let mut printer = Printer::default();
    printer.clause(&clause.node);
    printer.out
}

/// The canonical text of an expression.
#[must_use]
pub fn print_expression(expression: &Expression) -> String {
    let mut printer = Printer::default();
    printer.expr(expression);
    printer.out
}

/// The canonical text of a part of a path.
#[must_use]
pub fn print_path(path: &[PathPart]) -> String {
    let mut printer = Printer::default();
    printer.path(path);
    printer.out
}

/// The canonical text of a definition.
#[must_use]
pub fn print_define(define: &Define) -> String {
    let mut printer = Printer::default();
    printer.define(define);
    printer.out
}

/// What is printed so far.
#[derive(Default)]
pub(super) struct Printer {
    pub out: String,
}

impl Printer {
    pub fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// `items` with commas between them.
    pub fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut put: impl FnMut(&mut Self, T)) {
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            put(self, item);
        }
    }

    /// A word and an expression, if there is one.
    fn part(&mut self, word: &str, expression: Option<&Expression>) {
        if let Some(expression) = expression {
            self.put(word);
            self.expr(expression);
        }
    }

    fn day_part(&mut self, word: &str, day: Option<&Expression>) {
        if let Some(day) = day {
            self.put(word);
            self.day(day);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement.mode {
            Some(Mode::Explain) => self.put("EXPLAIN "),
            Some(Mode::Profile) => self.put("PROFILE "),
            None => {}
        }
        self.frame(&statement.frame);
        for updates in &statement.assuming {
            self.block(&updates.node);
            self.put("\n");
        }
        if let Some(question) = &statement.question {
            self.question(&question.node);
            self.put("\n");
        }
        match &statement.body {
            Body::Query(query) => self.query(query, "\n"),
            Body::Define(define) => self.define(define),
        }
    }

    fn define(&mut self, define: &Define) {
        self.put("DEFINE ");
        self.path_pattern(&define.pattern);
        self.put(" AS\n");
        self.query(&define.query, "\n");
    }

    fn frame(&mut self, frame: &Frame) {
        if let Some(valid) = &frame.valid {
            match &valid.node {
                ValidTime::AsOf(day) => self.day_part("AS OF ", Some(day)),
                ValidTime::FromTo(from, to) => {
                    self.day_part("FOR VALID_TIME FROM ", Some(from));
                    self.day_part(" TO ", Some(to));
                }
                ValidTime::Between(from, to) => {
                    self.day_part("FOR VALID_TIME BETWEEN ", Some(from));
                    self.day_part(" AND ", Some(to));
                }
                ValidTime::All => self.put("FOR VALID_TIME ALL"),
            }
            self.put("\n");
        }
        if let Some(known) = &frame.known {
            self.day_part("AS KNOWN ON ", Some(known));
            self.put("\n");
        }
        if !frame.including.is_empty() {
            self.put("INCLUDING ");
            self.list(&frame.including, |printer, including| {
                printer.put(match including.node {
                    Including::Unrealised => "UNREALISED",
                    Including::Unknown => "UNKNOWN",
                    Including::Deprecated => "DEPRECATED",
                    Including::All => "ALL",
                });
            });
            self.put("\n");
        }
    }

    fn question(&mut self, question: &Question) {
        match question {
            Question::Why => self.put("WHY"),
            Question::WhyNot(values) => self.part("WHY NOT ", Some(values)),
            Question::When => self.put("WHEN"),
            Question::Changes { between, why } => {
                let mut days = |word: &str, from, to| {
                    self.day_part(word, Some(from));
                    self.day_part(" TO ", Some(to));
                };
                match between {
                    Between::Days(from, to) => days("CHANGES FROM ", from, to),
                    Between::KnownDays(from, to) => days("CHANGES KNOWN FROM ", from, to),
                    Between::Assumption(updates) => {
                        self.put("CHANGES ");
                        self.block(updates);
                    }
                }
                self.put(if *why { " WHY" } else { "" });
            }
        }
    }

    fn block(&mut self, updates: &[Clause]) {
        self.put("ASSUMING { ");
        self.clauses(updates, " ");
        self.put(" }");
    }

    /// A query; `between` stands between its clauses.
    pub fn query(&mut self, query: &Query, between: &str) {
        self.clauses(&query.first, between);
        for (union, clauses) in &query.rest {
            self.put(between);
            self.put(match union.node {
                Union::Distinct => "UNION",
                Union::All => "UNION ALL",
            });
            self.put(between);
            self.clauses(clauses, between);
        }
    }

    fn clauses(&mut self, clauses: &[Clause], between: &str) {
        for (at, clause) in clauses.iter().enumerate() {
            if at > 0 {
                self.put(between);
            }
            self.clause(&clause.node);
        }
    }

    fn clause(&mut self, clause: &ClauseKind) {
        match clause {
            ClauseKind::Match { optional, mode, patterns, filter } => {
                self.put(if *optional { "OPTIONAL MATCH " } else { "MATCH " });
                match mode {
                    Some(MatchMode::DifferentRelationships) => self.put("DIFFERENT RELATIONSHIPS "),
                    Some(MatchMode::RepeatableElements) => self.put("REPEATABLE ELEMENTS "),
                    None => {}
                }
                self.list(patterns, Self::path_pattern);
                self.part(" WHERE ", filter.as_ref());
            }
            ClauseKind::With(projection) => self.projection("WITH ", projection),
            ClauseKind::Return(projection) => self.projection("RETURN ", projection),
            ClauseKind::Finish => self.put("FINISH"),
            ClauseKind::Next => self.put("NEXT"),
            ClauseKind::Unwind { list, variable, position: None } => {
                self.part("UNWIND ", Some(list));
                self.put(" AS ");
                self.name(variable);
            }
            ClauseKind::Unwind { list, variable, position: Some((from_one, position)) } => {
                self.put("FOR ");
                self.name(variable);
                self.part(" IN ", Some(list));
                self.put(if *from_one { " WITH ORDINALITY " } else { " WITH OFFSET " });
                self.name(position);
            }
            ClauseKind::Filter(condition) => self.part("FILTER ", Some(condition)),
            ClauseKind::Let(items) => {
                self.put("LET ");
                self.list(items, |printer, (name, value)| {
                    printer.name(name);
                    printer.part(" = ", Some(value));
                });
            }
            ClauseKind::OrderBy(paging) => self.paging("", paging),
            ClauseKind::Call { optional, procedure, arguments, yields } => {
                self.put(if *optional { "OPTIONAL CALL " } else { "CALL " });
                self.dotted(&procedure.node);
                if let Some(arguments) = arguments {
                    self.put("(");
                    self.list(arguments, Self::expr);
                    self.put(")");
                }
                if let Some(yields) = yields {
                    self.put(if yields.all { " YIELD *" } else { " YIELD " });
                    self.list(&yields.items, |printer, (field, alias)| {
                        printer.name(field);
                        printer.alias(alias.as_ref());
                    });
                    self.part(" WHERE ", yields.filter.as_ref());
                }
            }
            ClauseKind::CallSubquery { optional, imports, query, in_transactions } => {
                self.put(if *optional { "OPTIONAL CALL " } else { "CALL " });
                if let Some(imports) = imports {
                    self.put("(");
                    self.list(
                        imports,
                        |printer, name| if name.node == "*" { printer.put("*") } else { printer.name(name) },
                    );
                    self.put(") ");
                }
                self.put("{ ");
                self.query(query, " ");
                self.put(if *in_transactions { " } IN TRANSACTIONS" } else { " }" });
            }
            ClauseKind::LoadCsv { headers, url, variable, separator } => {
                self.part(if *headers { "LOAD CSV WITH HEADERS FROM " } else { "LOAD CSV FROM " }, Some(url));
                self.alias(Some(variable));
                if let Some(separator) = separator {
                    self.put(" FIELDTERMINATOR ");
                    self.text(separator);
                }
            }
            ClauseKind::Create { patterns } => {
                self.put("CREATE ");
                self.list(patterns, Self::path_pattern);
            }
            ClauseKind::Merge { pattern, actions } => {
                self.put("MERGE ");
                self.path_pattern(pattern);
                for (on_create, items) in actions {
                    self.put(if *on_create { " ON CREATE SET " } else { " ON MATCH SET " });
                    self.list(items, Self::set_item);
                }
            }
            ClauseKind::Set(items) => {
                self.put("SET ");
                self.list(items, Self::set_item);
            }
            ClauseKind::Remove(items) => {
                self.put("REMOVE ");
                self.list(items, |printer, item| match item {
                    RemoveItem::Property(object, key) => printer.property(object, key),
                    RemoveItem::Labels(name, labels) => printer.labels_of(name, labels),
                });
            }
            ClauseKind::Delete { detach, targets } => {
                self.put(if *detach { "DETACH DELETE " } else { "DELETE " });
                self.list(targets, Self::expr);
            }
            ClauseKind::Foreach { variable, list, updates } => {
                self.put("FOREACH (");
                self.name(variable);
                self.part(" IN ", Some(list));
                self.put(" | ");
                self.clauses(updates, " ");
                self.put(")");
            }
            ClauseKind::Verb { verb, measure, from, until, metadata } => {
                self.put(match verb {
                    Verb::Suspend => "SUSPEND ",
                    Verb::Reinstate => "REINSTATE ",
                    Verb::Repeal => "REPEAL ",
                    Verb::Enact => "ENACT ",
                });
                self.expr(measure);
                self.day_part(" FROM ", Some(from));
                self.day_part(" UNTIL ", until.as_ref());
                self.metadata(metadata);
            }
        }
    }

    fn alias(&mut self, alias: Option<&Name>) {
        if let Some(alias) = alias {
            self.put(" AS ");
            self.name(alias);
        }
    }

    fn projection(&mut self, word: &str, projection: &Projection) {
        self.put(word);
        if projection.distinct {
            self.put("DISTINCT ");
        }
        if projection.all {
            self.put(if projection.items.is_empty() { "*" } else { "*, " });
        }
        self.list(&projection.items, |printer, item| {
            if item.text.is_empty() {
                printer.expr(&item.expression);
            } else {
                printer.put(&item.text);
            }
            printer.alias(item.alias.as_ref());
        });
        match projection.group_by.as_deref() {
            Some([]) => self.put(" GROUP BY ()"),
            Some(keys) => {
                self.put(" GROUP BY ");
                self.list(keys, Self::expr);
            }
            None => {}
        }
        self.paging(" ", &projection.paging);
        self.part(" WHERE ", projection.filter.as_ref());
    }

    fn paging(&mut self, before: &str, paging: &Paging) {
        let mut before = before;
        if !paging.order.is_empty() {
            self.put(before);
            self.put("ORDER BY ");
            self.list(&paging.order, |printer, (key, descending)| {
                printer.expr(key);
                if *descending {
                    printer.put(" DESC");
                }
            });
            before = " ";
        }
        for (word, count) in [("SKIP ", &paging.skip), ("LIMIT ", &paging.limit)] {
            if count.is_some() {
                self.put(before);
                self.part(word, count.as_ref());
                before = " ";
            }
        }
    }

    fn set_item(&mut self, item: &SetItem) {
        match item {
            SetItem::Property(object, key, value, said) => {
                self.property(object, key);
                self.part(" = ", Some(value));
                self.metadata(said);
            }
            SetItem::Replace(name, value) => {
                self.name(name);
                self.part(" = ", Some(value));
            }
            SetItem::Merge(name, value) => {
                self.name(name);
                self.part(" += ", Some(value));
            }
            SetItem::Labels(name, labels) => self.labels_of(name, labels),
        }
    }

    fn labels_of(&mut self, name: &Name, labels: &[Name]) {
        self.name(name);
        for label in labels {
            self.put(":");
            self.free_name(label);
        }
    }

    /// What is said about what an update writes.
    pub fn metadata(&mut self, metadata: &Metadata) {
        self.day_part(" VALID FROM ", metadata.from.as_ref());
        self.day_part(" UNTIL ", metadata.until.as_ref());
        self.day_part(" KNOWN ON ", metadata.known.as_ref());
        for (word, items) in [(" CITING ", &metadata.citing), (" CLAIMED BY ", &metadata.claimed_by)] {
            if !items.is_empty() {
                self.put(word);
                self.list(items, Self::day);
            }
        }
        self.alias(metadata.modality.as_ref());
    }

    /// A name, in back-ticks where it would not be read as one.
    pub fn name(&mut self, name: &Name) {
        self.word(&name.node);
    }

    /// A label or a key, which may be any word.
    pub fn free_name(&mut self, name: &Name) {
        self.put_word(&name.node, false);
    }

    /// A word that must be read as a name.
    pub fn word(&mut self, word: &str) {
        self.put_word(word, true);
    }

    fn put_word(&mut self, word: &str, reserved: bool) {
        let mut characters = word.chars();
        let plain = characters.next().is_some_and(super::token::is_name_start)
            && characters.all(super::token::is_name_part)
            && !(reserved && RESERVED.iter().any(|word_of_ours| word.eq_ignore_ascii_case(word_of_ours)));
        if plain {
            self.put(word);
        } else {
            // Writing to a text cannot fail.
            let _ = write!(self.out, "`{}`", word.replace('`', "``"));
        }
    }

    /// A name with dots.
    pub fn dotted(&mut self, name: &str) {
        for (at, part) in name.split('.').enumerate() {
            if at > 0 {
                self.put(".");
            }
            self.word(part);
        }
    }
}

/// The words that the grammar's `reserved` refuses as variables.
pub(super) const RESERVED: &[&str] = &[
    "and", "as", "case", "contains", "create", "delete", "detach", "distinct", "else", "ends", "false", "in", "is",
    "match", "merge", "not", "null", "optional", "or", "remove", "return", "set", "starts", "then", "true", "union",
    "unwind", "when", "where", "with", "xor",
];
