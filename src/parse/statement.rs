//! Statements: the prefixes, the definition, and the parts of a query.

use super::ast::{
    At, Between, Body, Clause, ClauseKind, Define, Frame, Including, Mode, PathPattern, Query, Question, Statement,
    Union, ValidTime, Yield,
};
use super::build::{Build, Pair, hole};
use super::grammar::Rule;
use crate::diag::code;

impl Build {
    /// A `statement`.
    pub fn statement(&self, pair: Pair<'_>) -> Statement {
        let mut statement = Statement {
            mode: None,
            frame: Frame::default(),
            assuming: Vec::new(),
            question: None,
            body: Body::Query(Query { first: Vec::new(), rest: Vec::new() }),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::mode => {
                    let profile = part.into_inner().any(|word| word.as_rule() == Rule::k_profile);
                    statement.mode = Some(if profile { Mode::Profile } else { Mode::Explain });
                }
                Rule::valid | Rule::known | Rule::including => self.frame(part, &mut statement.frame),
                Rule::define => statement.body = Body::Define(self.define(part)),
                Rule::query => statement.body = Body::Query(self.query(part)),
                Rule::semicolon | Rule::EOI => {}
                Rule::assuming => {
                    let span = self.span(&part);
                    statement.assuming.push(At::new(self.block(part), span));
                }
                _ => {
                    let span = self.span(&part);
                    statement.question = Some(At::new(self.question(part), span));
                }
            }
        }
        statement
    }

    fn frame(&self, pair: Pair<'_>, frame: &mut Frame) {
        let span = self.span(&pair);
        let twice = match pair.as_rule() {
            Rule::valid => frame.valid.replace(At::new(self.valid_time(pair), span)).is_some(),
            Rule::known => frame.known.replace(self.only_expr(pair)).is_some(),
            _ => {
                let twice = !frame.including.is_empty();
                frame.including.extend(pair.into_inner().filter_map(|part| self.included(&part)));
                twice
            }
        };
        if twice {
            self.wrong(code::SYNTAX, "a prefix of the frame is written twice", span, "each may stand once");
        }
    }

    fn included(&self, pair: &Pair<'_>) -> Option<At<Including>> {
        let word = pair.clone().into_inner().next()?;
        let including = match word.as_rule() {
            Rule::k_unrealised => Including::Unrealised,
            Rule::k_unknown => Including::Unknown,
            Rule::k_deprecated => Including::Deprecated,
            _ => Including::All,
        };
        Some(At::new(including, self.span(&word)))
    }

    fn valid_time(&self, pair: Pair<'_>) -> ValidTime {
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::valid_from => {
                    let (from, to) = self.two_days(part);
                    return ValidTime::FromTo(from, to);
                }
                Rule::valid_between => {
                    let (from, to) = self.two_days(part);
                    return ValidTime::Between(from, to);
                }
                Rule::valid_of => return ValidTime::AsOf(self.only_expr(part)),
                Rule::k_all => return ValidTime::All,
                _ => {}
            }
        }
        ValidTime::AsOf(self.only_expr(pair))
    }

    fn two_days(&self, pair: Pair<'_>) -> (super::ast::Expression, super::ast::Expression) {
        let span = self.span(&pair);
        let mut days = pair.into_inner().filter(|part| part.as_rule() == Rule::day).map(|part| self.expr(part));
        let mut day = || days.next().unwrap_or_else(|| hole(span));
        (day(), day())
    }

    fn question(&self, pair: Pair<'_>) -> Question {
        match pair.as_rule() {
            Rule::why => Question::Why,
            Rule::when => Question::When,
            Rule::why_not => {
                let span = self.span(&pair);
                let values = pair.into_inner().find(|part| matches!(part.as_rule(), Rule::map | Rule::parameter));
                Question::WhyNot(values.map_or_else(|| hole(span), |part| self.map_or_parameter(part)))
            }
            rule => {
                let has = |word| pair.clone().into_inner().any(|part| part.as_rule() == word);
                let (known, why) = (has(Rule::k_known), has(Rule::why));
                let between = if rule == Rule::changes {
                    let (from, to) = self.two_days(pair);
                    if known { Between::KnownDays(from, to) } else { Between::Days(from, to) }
                } else {
                    Between::Assumption(self.block(pair))
                };
                Question::Changes { between, why }
            }
        }
    }

    fn block(&self, pair: Pair<'_>) -> Vec<Clause> {
        let block = pair.into_inner().find(|part| part.as_rule() == Rule::block);
        block.map_or_else(Vec::new, |block| self.clauses(block))
    }

    fn define(&self, pair: Pair<'_>) -> Define {
        let span = self.span(&pair);
        let mut query = Query { first: Vec::new(), rest: Vec::new() };
        for part in pair.clone().into_inner().filter(|part| part.as_rule() == Rule::query) {
            query = self.query(part);
        }
        let pattern = pair.into_inner().find(|part| part.as_rule() == Rule::path_pattern);
        let pattern = pattern.map_or_else(|| PathPattern::plain(Vec::new(), span), |part| self.path_pattern(part));
        Define { pattern, query, span: At::new((), span) }
    }

    /// A `query`: its parts and how they are joined.
    pub fn query(&self, pair: Pair<'_>) -> Query {
        let (mut first, mut rest, mut union) = (None, Vec::new(), None);
        for part in pair.into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::union => {
                    let all = part.into_inner().any(|word| word.as_rule() == Rule::k_all);
                    union = Some(At::new(if all { Union::All } else { Union::Distinct }, span));
                }
                Rule::single => match union.take() {
                    Some(union) => rest.push((union, self.clauses(part))),
                    None => first = Some(self.clauses(part)),
                },
                _ => {}
            }
        }
        let query = Query { first: first.unwrap_or_default(), rest };
        self.refuse_yield_all(&query);
        query
    }

    /// `YIELD *` is for a call that is the whole query: elsewhere the names that come into sight must be written.
    fn refuse_yield_all(&self, query: &Query) {
        let parts = std::iter::once(&query.first).chain(query.rest.iter().map(|(_, part)| part));
        for clause in parts.filter(|part| part.len() > 1).flatten() {
            if let ClauseKind::Call { yields: Some(Yield { all: true, .. }), .. } = &clause.node {
                self.wrong(
                    code::SYNTAX,
                    "`YIELD *` in a longer query",
                    clause.span,
                    "write the names, as in `YIELD a, b`",
                );
            }
        }
    }

    /// The clauses directly in `pair`.
    pub fn clauses(&self, pair: Pair<'_>) -> Vec<Clause> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::clause)
            .filter_map(|clause| {
                let span = self.span(&clause);
                let kind = clause.into_inner().next()?;
                Some(At::new(self.clause(kind)?, span))
            })
            .collect()
    }
}
