//! Clauses that write: what is created, set and deleted for each row.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Span, code};
use crate::parse::ast::{self, LabelExpr, PathPart, RemoveItem, SetItem};
use crate::plan::{Assignment, Expr, NewItem, PathStep, Plan, Said, Slot};
use crate::value::Value;

use super::Binder;
use super::kind::{Kind, kind_of};
use super::said::attach;
use super::scope::Scope;

impl Binder<'_> {
    pub(super) fn create(&mut self, input: Plan, scope: &mut Scope, patterns: &[ast::PathPattern]) -> Plan {
        let mut items = Vec::new();
        for path in patterns {
            // Properties may read what the patterns before this one created.
            let before = scope.clone();
            let Some(parts) = self.plain_path(path) else { continue };
            let mut new = BTreeSet::new();
            let slots: Vec<Slot> = parts.iter().map(|part| self.new_slot(part, parts, scope, &mut new)).collect();
            let mut created = self.new_items(parts, &slots, &new, &before, true);
            attach(&mut created, &self.said(&path.metadata, &before));
            items.extend(created);
            if let Some(name) = &path.variable {
                let steps = parts.iter().zip(&slots).map(|(part, slot)| match part {
                    PathPart::Node(_) | PathPart::Group { .. } => PathStep::Node(*slot),
                    PathPart::Relationship(_) => PathStep::Rel(*slot),
                });
                let steps = steps.collect();
                self.declare_as(scope, name, Expr::Path(steps), Kind::Path);
            }
        }
        Plan::Create { input: Box::new(input), items }
    }

    pub(super) fn merge(
        &mut self,
        input: Plan,
        scope: &mut Scope,
        pattern: &ast::PathPattern,
        actions: &[(bool, Vec<SetItem>)],
    ) -> Plan {
        let before = scope.clone();
        let Some(parts) = self.plain_path(pattern) else { return input };
        if let [PathPart::Node(node)] = parts
            && let Some(name) = node.variable.as_ref().filter(|name| before.get(&name.node).is_some())
        {
            self.taken(name);
        }
        let mut seen: BTreeMap<&str, Kind> = BTreeMap::new();
        for part in parts {
            let (variable, described, kind) = match part {
                PathPart::Node(node) => {
                    (node.variable.as_ref(), node.labels.is_some() || node.properties.is_some(), Kind::Node)
                }
                PathPart::Relationship(rel) => (rel.variable.as_ref(), true, Kind::Rel),
                PathPart::Group { .. } => (None, false, Kind::Any),
            };
            let Some(name) = variable else { continue };
            let known = before.get(&name.node).map(|(_, found)| found).or(seen.insert(&name.node, kind));
            // A name of another kind is told where the pattern is bound.
            if known.is_some_and(|found| found == kind || found.is_open()) && described && parts.len() > 1 {
                self.taken(name);
            }
        }
        // What is merged need not be there yet: a name that nobody uses is no mistake.
        let quiet = std::mem::replace(&mut self.quiet, true);
        let matched = self.pattern(scope, true, std::slice::from_ref(pattern), None);
        self.quiet = quiet;
        let slots: Vec<Slot> = matched.paths.iter().flatten().map(PathStep::slot).collect();
        let new: BTreeSet<Slot> = matched.slots.into_iter().collect();
        let mut items =
            if slots.len() == parts.len() { self.new_items(parts, &slots, &new, &before, false) } else { Vec::new() };
        attach(&mut items, &self.said(&pattern.metadata, &before));
        let (mut on_create, mut on_match) = (Vec::new(), Vec::new());
        for (created, set) in actions {
            let assignments = self.assignments(set, scope);
            if *created { on_create.extend(assignments) } else { on_match.extend(assignments) }
        }
        let inner = Plan::Match { input: Box::new(Plan::Argument), pattern: matched.pattern };
        Plan::Merge { input: Box::new(input), inner: Box::new(inner), items, on_create, on_match }
    }

    pub(super) fn set(&mut self, input: Plan, scope: &Scope, items: &[SetItem]) -> Plan {
        Plan::Set { input: Box::new(input), items: self.assignments(items, scope) }
    }

    pub(super) fn remove(&mut self, input: Plan, scope: &Scope, items: &[RemoveItem]) -> Plan {
        let items = items.iter().map(|item| match item {
            RemoveItem::Property(of, key) => {
                self.want_changeable(of, scope, true);
                Assignment::Property {
                    of: self.kept(of, scope),
                    key: key.node.clone(),
                    value: Expr::Constant(Value::Null),
                }
            }
            RemoveItem::Labels(name, labels) => Assignment::Labels {
                of: self.changed_variable(name, scope, false),
                labels: labels.iter().map(|label| label.node.clone()).collect(),
                on: false,
            },
        });
        let items = items.collect();
        Plan::Set { input: Box::new(input), items }
    }

    fn assignments(&mut self, items: &[SetItem], scope: &Scope) -> Vec<Assignment> {
        let mut assignments = Vec::with_capacity(items.len());
        for item in items {
            match item {
                SetItem::Property(_, key, ..) => drop(self.made.insert(key.node.clone())),
                SetItem::Labels(_, labels) => self.made.extend(labels.iter().map(|label| label.node.clone())),
                SetItem::Replace(..) | SetItem::Merge(..) => {}
            }
            assignments.push(match item {
                SetItem::Property(of, key, value, said) => {
                    self.want_changeable(of, scope, true);
                    let (of, key, value) = (self.kept(of, scope), key.node.clone(), self.kept(value, scope));
                    if **said == ast::Metadata::default() {
                        Assignment::Property { of, key, value }
                    } else {
                        Assignment::Entry { of, key, value, said: Box::new(self.said(said, scope)) }
                    }
                }
                SetItem::Replace(name, map) | SetItem::Merge(name, map) => {
                    let of = self.changed_variable(name, scope, true);
                    let wanted = [Kind::Map, Kind::Node, Kind::Rel];
                    self.want_one_of(
                        map,
                        scope,
                        &wanted,
                        "what properties are taken from",
                        "a map, a node or a relationship",
                    );
                    Assignment::Properties {
                        of,
                        map: self.kept(map, scope),
                        replace: matches!(item, SetItem::Replace(..)),
                    }
                }
                SetItem::Labels(name, labels) => Assignment::Labels {
                    of: self.changed_variable(name, scope, false),
                    labels: labels.iter().map(|label| label.node.clone()).collect(),
                    on: true,
                },
            });
        }
        assignments
    }

    /// What properties (or labels) are set of can have them.
    fn want_changeable(&mut self, of: &ast::Expression, scope: &Scope, properties: bool) {
        if properties {
            self.want_one_of(of, scope, &[Kind::Node, Kind::Rel], "what is changed", "a node or a relationship");
        } else {
            self.want_one_of(of, scope, &[Kind::Node], "what has its labels changed", "a node");
        }
    }

    fn changed_variable(&mut self, name: &ast::Name, scope: &Scope, properties: bool) -> Expr {
        self.want_changeable(
            &ast::Expression::new(ast::Expr::Variable(name.node.clone()), name.span),
            scope,
            properties,
        );
        let bound = self.variable(&name.node, name.span, scope);
        self.placed(bound, name.span)
    }

    pub(super) fn delete(&mut self, input: Plan, scope: &Scope, targets: &[ast::Expression], detach: bool) -> Plan {
        let targets = targets.iter().map(|target| {
            let computed = matches!(target.node, ast::Expr::Binary(..) | ast::Expr::Unary(..) | ast::Expr::Compare(..));
            let wrong = match kind_of(target, scope) {
                _ if matches!(target.node, ast::Expr::HasLabels(..)) => {
                    Some((code::INVALID_DELETE, "a label is removed, not deleted"))
                }
                Kind::Any | Kind::Null | Kind::Node | Kind::Rel | Kind::Path if !computed => None,
                _ => Some((code::ARGUMENT_TYPE, "a value cannot be deleted")),
            };
            if let Some((code, message)) = wrong {
                self.report(
                    Diagnostic::new(code, message).at(target.span, "expected a node, a relationship or a path"),
                );
            }
            self.kept(target, scope)
        });
        let targets = targets.collect();
        Plan::Delete { input: Box::new(input), targets, detach }
    }

    pub(super) fn foreach(
        &mut self,
        input: Plan,
        scope: &Scope,
        variable: &ast::Name,
        list: &ast::Expression,
        updates: &[ast::Clause],
    ) -> Plan {
        let list = self.expr(list, scope);
        let width = self.width;
        let mut inner = scope.clone();
        let slot = self.declare(&mut inner, variable, Kind::Any);
        let mut body = Plan::Argument;
        for clause in updates {
            match self.update(body, &mut inner, clause) {
                Ok(plan) => body = plan,
                Err(plan) => {
                    body = plan;
                    self.report(
                        Diagnostic::new(code::INVALID_CLAUSE, "`FOREACH` holds clauses that write")
                            .at(clause.span, "expected `CREATE`, `MERGE`, `SET`, `REMOVE`, `DELETE` or `FOREACH`"),
                    );
                }
            }
        }
        self.width = width;
        Plan::Foreach { input: Box::new(input), list, slot, body: Box::new(body) }
    }

    /// The pattern of an update, which is one path with nothing chosen or restricted.
    fn plain_path<'q>(&mut self, path: &'q ast::PathPattern) -> Option<&'q [PathPart]> {
        let mut wrong = |span: Span, what: &str| {
            self.report(
                Diagnostic::new(code::SYNTAX, format!("{what} cannot be created")).at(span, "expected a plain path"),
            );
        };
        if let Some(selector) = &path.selector {
            wrong(selector.span, "a selection of paths");
        }
        if let Some(restrictor) = &path.restrictor {
            wrong(restrictor.span, "a restricted path");
        }
        let [(_, parts)] = path.alternatives.as_slice() else {
            wrong(path.span.span, "a choice of paths");
            return None;
        };
        if parts.iter().any(|part| matches!(part, PathPart::Group { .. })) {
            wrong(path.span.span, "a path in parentheses");
            return None;
        }
        Some(parts)
    }

    /// The slot of a part of `CREATE`: that of a name in sight, or a new one.
    fn new_slot(&mut self, part: &PathPart, parts: &[PathPart], scope: &mut Scope, new: &mut BTreeSet<Slot>) -> Slot {
        let (variable, kind, repeats) = match part {
            PathPart::Node(node) => (
                node.variable.as_ref(),
                Kind::Node,
                parts.len() == 1 || node.labels.is_some() || node.properties.is_some(),
            ),
            PathPart::Relationship(rel) => (rel.variable.as_ref(), Kind::Rel, true),
            PathPart::Group { .. } => (None, Kind::Any, false),
        };
        if let Some(name) = variable
            && let Some((expr, found)) = scope.get(&name.node)
        {
            if repeats && (found == kind || found == Kind::Any) {
                self.taken(name);
            } else if let (Expr::Slot(slot), Kind::Node | Kind::Any | Kind::Null, Kind::Node) = (expr, found, kind) {
                return *slot;
            } else {
                self.report(
                    Diagnostic::new(
                        code::VARIABLE_TYPE_CONFLICT,
                        format!("`{}` is {}, not {}", name.node, found.word(), kind.word()),
                    )
                    .at(name.span, "choose another name"),
                );
            }
        }
        let slot = self.slot();
        new.insert(slot);
        if let Some(name) = variable.filter(|name| scope.get(&name.node).is_none()) {
            scope.set(&name.node, Expr::Slot(slot), kind);
        }
        slot
    }

    fn taken(&mut self, name: &ast::Name) {
        self.report(
            Diagnostic::new(code::VARIABLE_ALREADY_BOUND, format!("`{}` is bound already", name.node))
                .at(name.span, "it cannot be created again")
                .help("leave out its labels and properties, or choose another name"),
        );
    }

    /// What a path creates: nodes before the relationships between them. Parts whose slot is not `new` are there already.
    /// `MERGE` need not be `directed`: it finds either way and creates from left to right.
    fn new_items(
        &mut self,
        parts: &[PathPart],
        slots: &[Slot],
        new: &BTreeSet<Slot>,
        before: &Scope,
        directed: bool,
    ) -> Vec<NewItem> {
        let mut items = Vec::new();
        let mut rel: Option<(&ast::RelationshipPattern, Slot, Slot)> = None;
        let mut left = None;
        for (part, slot) in parts.iter().zip(slots) {
            match part {
                PathPart::Node(node) => {
                    if new.contains(slot) && !items.iter().any(|item: &NewItem| item.slot() == *slot) {
                        items.push(self.new_node(node, *slot, before));
                    }
                    if let Some((rel, slot_of_rel, from)) = rel.take() {
                        if directed && rel.direction == ast::Direction::Both {
                            self.report(
                                Diagnostic::new(code::NO_DIRECTION, "a new relationship has a direction")
                                    .at(rel.span.span, "expected an arrow: `-[…]->` or `<-[…]-`"),
                            );
                        }
                        items.push(self.new_rel(rel, slot_of_rel, (from, *slot), before));
                    }
                    left = Some(*slot);
                }
                PathPart::Relationship(pattern) => rel = left.map(|left| (pattern, *slot, left)),
                PathPart::Group { .. } => {}
            }
        }
        items
    }

    fn new_node(&mut self, node: &ast::NodePattern, slot: Slot, before: &Scope) -> NewItem {
        let mut labels = Vec::new();
        if let Some(expr) = &node.labels
            && !conjunction(&expr.node, &mut labels)
        {
            self.report(
                Diagnostic::new(code::SYNTAX, "a new node cannot have a choice of labels")
                    .at(expr.span, "expected labels such as `:A:B`"),
            );
        }
        self.made.extend(labels.iter().cloned());
        if let Some(filter) = &node.filter {
            self.condition_on_new(filter.span);
        }
        let properties = self.new_properties(node.properties.as_ref(), before);
        NewItem::Node { slot, labels, properties, said: Said::default() }
    }

    fn new_rel(&mut self, rel: &ast::RelationshipPattern, slot: Slot, ends: (Slot, Slot), before: &Scope) -> NewItem {
        let mut kinds = Vec::new();
        let taken = rel.variable.as_ref().is_some_and(|name| before.get(&name.node).is_some());
        let single = rel.types.as_ref().is_some_and(|types| conjunction(&types.node, &mut kinds)) && kinds.len() == 1;
        let wrong = |code, message: &str, expected: &str| Diagnostic::new(code, message).at(rel.span.span, expected);
        if rel.length.is_some() || rel.quantifier.is_some() {
            self.report(wrong(
                code::CREATING_VAR_LENGTH,
                "a relationship of variable length cannot be created",
                "expected one relationship",
            ));
        } else if !single && !taken {
            self.report(wrong(
                code::NO_SINGLE_TYPE,
                "a new relationship has exactly one type",
                "expected a type such as `[:COVERS]`",
            ));
        }
        if let Some(filter) = &rel.filter {
            self.condition_on_new(filter.span);
        }
        self.made.extend(kinds.iter().cloned());
        self.creates.extend(kinds.iter().map(|kind| (kind.clone(), rel.span.span)));
        let (start, end) = if rel.direction == ast::Direction::In { (ends.1, ends.0) } else { ends };
        let properties = self.new_properties(rel.properties.as_ref(), before);
        NewItem::Rel { slot, start, end, kind: kinds.pop().unwrap_or_default(), properties, said: Said::default() }
    }

    fn condition_on_new(&mut self, span: Span) {
        self.report(
            Diagnostic::new(code::SYNTAX, "a condition on something that is only created")
                .at(span, "expected properties in braces"),
        );
    }

    fn new_properties(&mut self, map: Option<&ast::Expression>, before: &Scope) -> Option<Expr> {
        if let Some(ast::Expr::Map(entries)) = map.map(|map| &map.node) {
            self.made.extend(entries.iter().map(|(key, _)| key.node.clone()));
        }
        let map = map?;
        Some(match &map.node {
            ast::Expr::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (Some(key.node.as_str().into()), self.kept(value, before)))
                    .collect();
                self.placed(Expr::Map(entries), map.span)
            }
            _ => self.kept(map, before),
        })
    }

    /// An expression that keeps its place, because what is written may be refused for what it gives.
    pub(super) fn kept(&mut self, expression: &ast::Expression, scope: &Scope) -> Expr {
        let bound = self.expr(expression, scope);
        self.placed(bound, expression.span)
    }
}

/// The names of `A&B`; false where it is another condition.
fn conjunction(labels: &LabelExpr, names: &mut Vec<String>) -> bool {
    match labels {
        LabelExpr::Name(name) => {
            names.push(name.node.clone());
            true
        }
        LabelExpr::And(a, b) => conjunction(a, names) && conjunction(b, names),
        LabelExpr::Any | LabelExpr::Not(_) | LabelExpr::Or(..) => false,
    }
}
