//! Clauses that write, and what they say about what they write.

use super::ast::{At, ClauseKind, Expression, Metadata, Name, PathPattern, RemoveItem, SetItem, Verb};
use super::build::{Build, Pair, hole};
use super::grammar::Rule;
use crate::diag::{Span, code};

impl Build {
    /// A clause that writes; `None` only for what the grammar does not give.
    pub fn update(&self, pair: Pair<'_>) -> Option<ClauseKind> {
        Some(match pair.as_rule() {
            Rule::create => {
                let patterns = pair.into_inner().filter(|part| part.as_rule() == Rule::new_pattern);
                ClauseKind::Create { patterns: patterns.map(|part| self.new_pattern(part)).collect() }
            }
            Rule::merge => self.merge(pair)?,
            Rule::set => ClauseKind::Set(self.set_items(pair)),
            Rule::remove => ClauseKind::Remove(self.remove_items(pair)),
            Rule::delete => {
                let detach = pair.clone().into_inner().any(|part| part.as_rule() == Rule::k_detach);
                ClauseKind::Delete { detach, targets: self.exprs(pair) }
            }
            Rule::foreach => self.foreach(pair),
            Rule::verb => self.verb(pair)?,
            _ => return None,
        })
    }

    fn new_pattern(&self, pair: Pair<'_>) -> PathPattern {
        let mut pattern = PathPattern::plain(Vec::new(), self.span(&pair));
        let mut metadata = Metadata::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path_pattern => pattern = self.path_pattern(part),
                _ => self.metadata(part, &mut metadata),
            }
        }
        pattern.metadata = metadata;
        pattern
    }

    fn metadata(&self, part: Pair<'_>, metadata: &mut Metadata) {
        let span = self.span(&part);
        let twice = match part.as_rule() {
            Rule::valid_since => metadata.from.replace(self.only_expr(part)).is_some(),
            Rule::until => metadata.until.replace(self.only_expr(part)).is_some(),
            Rule::known_on => metadata.known.replace(self.only_expr(part)).is_some(),
            Rule::citing => !std::mem::replace(&mut metadata.citing, self.days(part)).is_empty(),
            Rule::claimed_by => !std::mem::replace(&mut metadata.claimed_by, self.days(part)).is_empty(),
            Rule::modality => {
                let name = part.into_inner().find(|word| word.as_rule() == Rule::name);
                name.is_some_and(|name| metadata.modality.replace(self.name(&name)).is_some())
            }
            _ => false,
        };
        if twice {
            self.wrong(code::SYNTAX, "a part of what is said is written twice", span, "each may stand once");
        }
    }

    fn days(&self, pair: Pair<'_>) -> Vec<Expression> {
        pair.into_inner().filter(|part| part.as_rule() == Rule::day).map(|part| self.expr(part)).collect()
    }

    fn merge(&self, pair: Pair<'_>) -> Option<ClauseKind> {
        let (mut pattern, mut actions) = (None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::new_pattern => pattern = Some(self.new_pattern(part)),
                Rule::merge_action => {
                    let on_create = part.clone().into_inner().any(|word| word.as_rule() == Rule::k_create);
                    let set = part.into_inner().find(|part| part.as_rule() == Rule::set)?;
                    actions.push((on_create, self.set_items(set)));
                }
                _ => {}
            }
        }
        Some(ClauseKind::Merge { pattern: pattern?, actions })
    }

    fn set_items(&self, pair: Pair<'_>) -> Vec<SetItem> {
        let items = pair.into_inner().filter(|part| part.as_rule() == Rule::set_item);
        items.filter_map(|item| self.set_item(item.into_inner().next()?)).collect()
    }

    fn set_item(&self, item: Pair<'_>) -> Option<SetItem> {
        let first = item.clone().into_inner().next()?;
        Some(match item.as_rule() {
            Rule::set_labels => {
                let (name, labels) = self.name_and_labels(item)?;
                SetItem::Labels(name, labels)
            }
            Rule::set_merge => SetItem::Merge(self.name(&first), self.only_expr(item)),
            Rule::set_replace => SetItem::Replace(self.name(&first), self.only_expr(item)),
            _ => {
                let (object, key) = self.property_target(first)?;
                let mut said = Metadata::default();
                for part in item.clone().into_inner() {
                    self.metadata(part, &mut said);
                }
                SetItem::Property(object, key, self.only_expr(item), Box::new(said))
            }
        })
    }

    fn remove_items(&self, pair: Pair<'_>) -> Vec<RemoveItem> {
        let items = pair.into_inner().filter(|part| part.as_rule() == Rule::remove_item);
        items
            .filter_map(|item| {
                let item = item.into_inner().next()?;
                if item.as_rule() == Rule::remove_labels {
                    let (name, labels) = self.name_and_labels(item)?;
                    return Some(RemoveItem::Labels(name, labels));
                }
                let (object, key) = self.property_target(item)?;
                Some(RemoveItem::Property(object, key))
            })
            .collect()
    }

    fn name_and_labels(&self, pair: Pair<'_>) -> Option<(Name, Vec<Name>)> {
        let mut names = pair
            .into_inner()
            .filter(|part| matches!(part.as_rule(), Rule::variable | Rule::name))
            .map(|part| self.name(&part));
        Some((names.next()?, names.collect()))
    }

    fn property_target(&self, pair: Pair<'_>) -> Option<(Expression, Name)> {
        let span = self.span(&pair);
        let target = self.target(pair);
        if target.is_none() {
            self.wrong(code::SYNTAX, "only a property can be set or removed", span, "expected one such as `x.name`");
        }
        target
    }

    fn foreach(&self, pair: Pair<'_>) -> ClauseKind {
        let span = self.span(&pair);
        let (mut variable, mut list) = (At::new(String::new(), span), hole(span));
        let updates = self.nested(span, || self.clauses(pair.clone())).unwrap_or_default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::variable => variable = self.name(&part),
                Rule::expr_before_bar => list = self.expr(part),
                _ => {}
            }
        }
        ClauseKind::Foreach { variable, list, updates }
    }

    fn verb(&self, pair: Pair<'_>) -> Option<ClauseKind> {
        let span: Span = self.span(&pair);
        let (mut verb, mut measure, mut days, mut metadata) = (None, None, Vec::new(), Metadata::default());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_suspend => verb = Some(Verb::Suspend),
                Rule::k_reinstate => verb = Some(Verb::Reinstate),
                Rule::k_repeal => verb = Some(Verb::Repeal),
                Rule::k_enact => verb = Some(Verb::Enact),
                Rule::measure => measure = Some(self.only_expr(part)),
                Rule::day => days.push(self.expr(part)),
                _ => self.metadata(part, &mut metadata),
            }
        }
        let mut days = days.into_iter();
        let from = days.next().unwrap_or_else(|| hole(span));
        Some(ClauseKind::Verb { verb: verb?, measure: measure?, from, until: days.next(), metadata })
    }
}
