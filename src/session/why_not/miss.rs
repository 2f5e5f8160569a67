//! What comes nearest to a wanted row at the step that loses it, and what keeps it out.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::graph::{Entity, Frame, SharedView, Statement};
use crate::parse::ast::{
    self, At, Clause, ClauseKind, CompareOp, Direction, Expr, Expression, LabelExpr, Literal, NodePattern, PathPattern,
    RelationshipPattern,
};
use crate::question::miss::{hidden_because, telling};
use crate::question::words::words;
use crate::value::Value;

use super::grow::{New, Part, conditions};
use super::wanted::{Wanted, steps};
use super::{DEPTH, Found, LOOK, Search, call, variable};

/// A near miss.
pub(super) struct Miss {
    /// The part of the query that nothing meets.
    pub step: String,
    /// What comes nearest.
    pub what: String,
    /// `frame`, `filter`, `absent`, `negated` or `limit`.
    pub reason: &'static str,
    /// What keeps it out, in words.
    pub because: String,
    /// The statements that this speaks of.
    pub statements: Vec<Statement>,
}

impl Miss {
    /// A step that gives no row, of which there is no more to say.
    pub fn nothing(step: String) -> Self {
        Self { step, what: String::new(), reason: "absent", because: "it gives no row".into(), statements: vec![] }
    }
}

/// How many of the nearest are shown.
pub(super) const SHOWN: usize = 3;

impl Search<'_> {
    pub(super) fn shared(&self) -> SharedView {
        SharedView::new(self.stored.clone(), self.frame)
    }

    /// A part of a pattern that nothing meets; `before` are the clauses up to it, which leave rows.
    pub(super) fn at_part(
        &self,
        before: &[Clause],
        clauses: &[Clause],
        part: &Part,
        found: &mut Found,
    ) -> Result<(), Vec<Diagnostic>> {
        if let New::Relationship { near, far, rel, outwards } = &part.new {
            let denied = self.denied(clauses, rel)?;
            if !denied.is_empty() {
                found.misses.extend(denied.into_iter().map(|(what, statements)| Miss {
                    step: part.text.clone(),
                    what,
                    reason: "negated",
                    because: "it is said not to be so".to_owned(),
                    statements,
                }));
                return Ok(());
            }
            if let Some(inside) = self.in_definition(before, clauses, (near, far), (rel, *outwards))? {
                found.trail.extend(inside.trail);
                found.misses.extend(inside.misses);
                return Ok(());
            }
        }
        if let New::Asked(of, node) = &part.new
            && let Some(inside) = self.in_label(before, of, node)?
        {
            found.trail.extend(inside.trail);
            found.misses.extend(inside.misses);
            return Ok(());
        }
        let hidden = self.hidden(clauses)?;
        if !hidden.is_empty() {
            found.misses.extend(hidden.into_iter().map(|hidden| Miss { step: part.text.clone(), ..hidden }));
            return Ok(());
        }
        match &part.new {
            New::Asked(_, node) => {
                // The last of the trail is told condition by condition.
                found.trail.pop();
                self.at_conditions(before.to_vec(), conditions(node), found)
            }
            New::Relationship { near, far, rel, outwards } => {
                let (candidates, nodes) = self.candidates(before, near)?;
                let far: Vec<String> = self.far(before, clauses, far)?;
                let far = match far.as_slice() {
                    [id] => self.stored.node(id).map_or(id.clone(), |node| self.stored.name(node).to_string()),
                    _ => "something".to_owned(),
                };
                let kind = rel.types.as_ref().map_or("anything".to_owned(), |types| types_text(&types.node));
                let forwards = (rel.direction == Direction::Out) == *outwards;
                let what = match (rel.direction, forwards) {
                    (Direction::Both, _) => format!("{candidates} {kind} {far}, or the other way"),
                    (_, true) => format!("{candidates} {kind} {far}"),
                    (_, false) => format!("{far} {kind} {candidates}"),
                };
                let because = "no statement says so, in any frame".to_owned();
                found.misses.push(Miss { step: part.text.clone(), what, reason: "absent", because, statements: nodes });
                Ok(())
            }
            New::Node | New::Path => {
                let because = "nothing of this kind is there, in any frame".to_owned();
                let miss = Miss { step: part.text.clone(), reason: "absent", because, ..Miss::nothing(String::new()) };
                found.misses.push(miss);
                Ok(())
            }
        }
    }

    /// The rows that would be there if the frame hid nothing, those with the fewest hidden statements first.
    fn hidden(&self, clauses: &[Clause]) -> Result<Vec<Miss>, Vec<Diagnostic>> {
        if self.frame == Frame::OPEN {
            return Ok(Vec::new());
        }
        let rows = self.look(clauses.to_vec(), Vec::new(), 2 * LOOK, Frame::OPEN, true)?;
        let shared = self.shared();
        let view = shared.view();
        let mut nearest: BTreeMap<(usize, Vec<Statement>), Miss> = BTreeMap::new();
        for set in rows.into_iter().flat_map(|rows| rows.sets).flatten() {
            let hidden: Vec<(Entity, String)> = set
                .iter()
                .filter_map(|statement| match statement {
                    Statement::Entity(entity) => Some((*entity, hidden_because(view, *entity)?)),
                    Statement::Status(_) | Statement::History(_) => None,
                })
                .collect();
            let first = hidden.iter().find(|(entity, _)| matches!(entity, Entity::Rel(_))).or(hidden.first());
            let Some((entity, because)) = first else { continue };
            let what = words(self.stored, Statement::Entity(*entity));
            let more = hidden.iter().filter(|(other, _)| other != entity && matches!(other, Entity::Rel(_))).count();
            let because = match more {
                0 => because.clone(),
                1 => format!("{because}; and one more is hidden"),
                n => format!("{because}; and {n} more are hidden"),
            };
            let mut statements = vec![Statement::Entity(*entity)];
            statements.extend(view.clipping(*entity).into_iter().flat_map(|measure| telling(view, measure)));
            let key = (hidden.len(), vec![Statement::Entity(*entity)]);
            let miss = Miss { step: String::new(), what, reason: "frame", because, statements };
            nearest.entry(key).or_insert(miss);
        }
        Ok(nearest.into_values().take(SHOWN).collect())
    }

    /// The statements that say *no* where the pattern wants one that says yes.
    fn denied(
        &self,
        clauses: &[Clause],
        rel: &RelationshipPattern,
    ) -> Result<Vec<(String, Vec<Statement>)>, Vec<Diagnostic>> {
        let (Some(named), None, None) = (&rel.variable, &rel.length, &rel.quantifier) else { return Ok(Vec::new()) };
        let polarity = call("polarity", variable(&named.node), rel.span.span);
        let not = At::new(Expr::Literal(Literal::Text("not".to_owned())), rel.span.span);
        let says_no = At::new(Expr::Compare(Box::new(polarity), vec![(CompareOp::Equal, not)]), rel.span.span);
        let mut clauses = clauses.to_vec();
        // The condition has to stand with the pattern, for the pattern to match what says no.
        let matching = clauses.iter_mut().rev().find_map(|clause| match &mut clause.node {
            ClauseKind::Match { filter, .. } => Some(filter),
            _ => None,
        });
        let Some(condition) = matching else { return Ok(Vec::new()) };
        *condition = Some(says_no);
        let read = vec![("r".to_owned(), variable(&named.node))];
        let Some(rows) = self.look(clauses, read, SHOWN as i64, self.frame, false)? else { return Ok(Vec::new()) };
        let said = rows.rows.into_iter().flatten().filter_map(|value| match value {
            Value::Rel(rel) => Some(Statement::Entity(Entity::Rel(rel))),
            _ => None,
        });
        Ok(said.map(|statement| (words(self.stored, statement), vec![statement])).collect())
    }

    /// Where the relationship is a derived one between nodes that are known: the step of its definition that fails.
    fn in_definition(
        &self,
        before: &[Clause],
        clauses: &[Clause],
        (near, far): (&str, &str),
        (rel, outwards): (&RelationshipPattern, bool),
    ) -> Result<Option<Found>, Vec<Diagnostic>> {
        let (None, None) = (&rel.length, &rel.quantifier) else { return Ok(None) };
        let Some(At { node: LabelExpr::Name(kind), .. }) = &rel.types else { return Ok(None) };
        let Some(define) = self.ask.session.engine.definition(&kind.node).filter(|_| self.depth < DEPTH) else {
            return Ok(None);
        };
        let Some([start, end]) = define.ends() else { return Ok(None) };
        let forwards = match rel.direction {
            Direction::Both => return Ok(None),
            direction => (direction == Direction::Out) == outwards,
        };
        let mut wanted = Vec::new();
        if let [node] = self.nodes(before, near)?.as_slice() {
            wanted.push((if forwards { start } else { end }, node.clone()));
        }
        // The other end, where the query says which: all of the last clause but the relationship.
        if let [node] = self.far(before, clauses, far)?.as_slice() {
            wanted.push((if forwards { end } else { start }, node.clone()));
        }
        if wanted.is_empty() {
            return Ok(None);
        }
        self.inside(&kind.node, &define.parts(), &wanted)
    }

    /// Where a label that is asked for is derived: the step of its definition that fails.
    fn in_label(&self, before: &[Clause], of: &str, node: &NodePattern) -> Result<Option<Found>, Vec<Diagnostic>> {
        let Some(At { node: LabelExpr::Name(label), .. }) = &node.labels else { return Ok(None) };
        let Some(define) = self.ask.session.engine.definition(&label.node).filter(|_| self.depth < DEPTH) else {
            return Ok(None);
        };
        let nodes = self.nodes(before, of)?;
        let (Some([defined, _]), [candidate]) = (define.ends(), nodes.as_slice()) else { return Ok(None) };
        self.inside(&label.node, &define.parts(), &[(defined, candidate.clone())])
    }

    /// Where the parts of a definition fail; `None` where they do not, or cannot be followed.
    fn inside(
        &self,
        defined: &str,
        parts: &[Vec<Clause>],
        wanted: &[(&ast::Name, String)],
    ) -> Result<Option<Found>, Vec<Diagnostic>> {
        let wanted: Vec<Wanted> = wanted
            .iter()
            .map(|(name, id)| Wanted {
                name: (*name).clone(),
                written: At::new(Expr::Literal(Literal::Text(id.clone())), name.span),
                value: Value::from(id.as_str()),
            })
            .collect();
        let mut all = Found::default();
        for clauses in parts {
            let Ok(steps) = steps(clauses, &wanted, self.stored) else { return Ok(None) };
            let found = Search { depth: self.depth + 1, ..*self }.explain(&steps)?;
            if found.is_there {
                return Ok(None);
            }
            all.trail.extend(found.trail.into_iter().map(|(text, n)| (format!("{defined}: {text}"), n)));
            let named = |miss: Miss| Miss { step: format!("{defined}: {}", miss.step), ..miss };
            all.misses.extend(found.misses.into_iter().map(named));
        }
        Ok((!all.misses.is_empty()).then_some(all))
    }

    /// The ids of the nodes that a variable can be, up to two: more need not be told apart.
    fn nodes(&self, clauses: &[Clause], named: &str) -> Result<Vec<String>, Vec<Diagnostic>> {
        let id = call("elementId", variable(named), crate::diag::Span::default());
        let Some(rows) = self.look(clauses.to_vec(), vec![("id".to_owned(), id)], 2, self.frame, false)? else {
            return Ok(Vec::new());
        };
        Ok(rows.rows.iter().flatten().filter_map(|value| value.as_text().map(str::to_owned)).collect())
    }

    /// The ids of the nodes that the far end of a relationship can be by what is wanted of it alone.
    fn far(&self, before: &[Clause], clauses: &[Clause], named: &str) -> Result<Vec<String>, Vec<Diagnostic>> {
        // Known from a clause before?
        let known = self.nodes(before, named)?;
        if !known.is_empty() {
            return Ok(known);
        }
        let span = crate::diag::Span::default();
        let node = NodePattern {
            variable: Some(At::new(named.to_owned(), span)),
            labels: None,
            properties: None,
            filter: None,
            span: At::new((), span),
        };
        let alone = PathPattern::plain(vec![ast::PathPart::Node(node)], span);
        let matching = ClauseKind::Match { optional: false, mode: None, patterns: vec![alone], filter: None };
        let reads_only = |condition: &Expression| {
            condition.node.names().is_some_and(|names| names.len() == 1 && names.contains(named))
        };
        let conditions = clauses
            .iter()
            .filter(|clause| matches!(&clause.node, ClauseKind::Filter(condition) if reads_only(condition)));
        let asked: Vec<Clause> = conditions.cloned().collect();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        self.nodes(&[vec![At::new(matching, span)], asked].concat(), named)
    }

    /// What a variable can be, in words, with the statements of these nodes.
    fn candidates(&self, clauses: &[Clause], of: &str) -> Result<(String, Vec<Statement>), Vec<Diagnostic>> {
        let read = vec![("n".to_owned(), variable(of))];
        let rows = self.look(clauses.to_vec(), read, SHOWN as i64 + 1, self.frame, false)?;
        let values = rows.into_iter().flat_map(|rows| rows.rows).flatten();
        let nodes: Vec<_> =
            values.filter_map(|value| if let Value::Node(node) = value { Some(node) } else { None }).collect();
        let names: Vec<String> = nodes.iter().take(SHOWN).map(|node| self.stored.name(*node).to_string()).collect();
        let more = if nodes.len() > SHOWN { " or another" } else { "" };
        let statements = match nodes.as_slice() {
            [only] => vec![Statement::Entity(Entity::Node(*only))],
            _ => Vec::new(),
        };
        Ok((format!("{}{more}", names.join(" or ")), statements))
    }
}

/// The types of a pattern, as a sentence has them.
fn types_text(types: &LabelExpr) -> String {
    match types {
        LabelExpr::Name(name) => name.node.clone(),
        LabelExpr::Any => "anything".to_owned(),
        LabelExpr::Not(inner) => format!("anything but {}", types_text(inner)),
        LabelExpr::And(a, b) => format!("{} and {}", types_text(a), types_text(b)),
        LabelExpr::Or(a, b) => format!("{} or {}", types_text(a), types_text(b)),
    }
}
