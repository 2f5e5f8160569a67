//! What is said about a new statement, and the verbs that say what becomes of a measure.

use crate::diag::{Diagnostic, code};
use crate::graph::{Modality, State};
use crate::parse::ast::{self, Verb};
use crate::plan::{Assignment, NewItem, Plan, Said};

use super::Binder;
use super::kind::Kind;
use super::scope::Scope;

impl Binder<'_> {
    /// `VALID FROM … UNTIL … KNOWN ON … CITING … AS planned CLAIMED BY …`.
    pub(super) fn said(&mut self, written: &ast::Metadata, scope: &Scope) -> Said {
        let modality = written.modality.as_ref().map(|mood| {
            let word = mood.node.to_lowercase();
            if Modality::parse(&word).is_none() {
                let moods: Vec<&str> = Modality::ALL.iter().map(|mood| mood.word()).collect();
                self.report(
                    Diagnostic::new(code::UNKNOWN_MOOD, format!("no mood `{}`", mood.node))
                        .at(mood.span, format!("expected one of {}", moods.join(", ")))
                        .nearest(&word, moods),
                );
            }
            word
        });
        let mut one = |part: &Option<ast::Expression>| part.as_ref().map(|part| self.kept(part, scope));
        let (from, until, known) = (one(&written.from), one(&written.until), one(&written.known));
        let mut all = |parts: &[ast::Expression]| parts.iter().map(|part| self.kept(part, scope)).collect();
        let (citing, claimed_by) = (all(&written.citing), all(&written.claimed_by));
        Said { from, until, known, citing, modality, claimed_by }
    }

    /// `SUSPEND m FROM d UNTIL d` and the like: an entry of the measure's status chain.
    pub(super) fn verb(
        &mut self,
        input: Plan,
        scope: &Scope,
        (verb, measure): (Verb, &ast::Expression),
        days: (&ast::Expression, Option<&ast::Expression>),
        written: &ast::Metadata,
    ) -> Plan {
        self.want_one_of(measure, scope, &[Kind::Node], "what becomes of it", "a measure");
        let state = match verb {
            Verb::Suspend => State::Suspended,
            Verb::Reinstate => State::Reinstated,
            Verb::Repeal => State::Repealed,
            Verb::Enact => State::InForce,
        };
        if let (Verb::Reinstate | Verb::Repeal, Some(until)) = (verb, days.1) {
            let wrong = Diagnostic::new(code::SYNTAX, "this has a first day only");
            self.report(wrong.at(until.span, "expected no `UNTIL`: what comes after is an act of its own"));
        }
        let of = self.kept(measure, scope);
        let said = self.said(written, scope);
        let (from, until) = (self.kept(days.0, scope), days.1.map(|until| self.kept(until, scope)));
        let said = Box::new(Said { from: Some(from), until, ..said });
        let item = Assignment::Status { of, state: state.key().to_owned(), said };
        Plan::Set { input: Box::new(input), items: vec![item] }
    }
}

/// What is said about a path is said about its relationships, or about a node that stands alone.
pub(super) fn attach(items: &mut [NewItem], said: &Said) {
    let has_rels = items.iter().any(|item| matches!(item, NewItem::Rel { .. }));
    for item in items {
        match item {
            NewItem::Rel { said: own, .. } => own.clone_from(said),
            NewItem::Node { said: own, .. } if !has_rels => own.clone_from(said),
            NewItem::Node { .. } => {}
        }
    }
}
