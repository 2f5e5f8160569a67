//! `MATCH`: patterns become nodes, relationships and conditions.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Span, code};
use crate::function;
use crate::parse::ast::{self, LabelExpr, PathPart};
use crate::plan::{Direction, Expr, LabelTest, PathStep, Pattern, PatternNode, PatternRel, Plan};
use crate::value::Type;

use super::Binder;
use super::kind::Kind;
use super::path::{Compiled, Ends, needs_program};
use super::scope::Scope;
use super::walk::walk;

/// A pattern in the making.
#[derive(Default)]
struct Draft<'q> {
    pattern: Pattern0,
    /// Relationships may repeat.
    repeatable: bool,
    nodes: BTreeMap<String, usize>,
    rels: BTreeMap<String, Span>,
    /// Conditions to be bound when every name of the pattern is known.
    filters: Vec<&'q ast::Expression>,
    /// `{key: value}` of what expression.
    properties: Vec<(Expr, &'q ast::Expression)>,
    new_slots: Vec<usize>,
    /// Names inside of searched paths, with their slots.
    inside: BTreeMap<String, usize>,
    paths: Vec<Vec<PathStep>>,
}

/// Patterns with their names resolved.
pub(super) struct Matched {
    pub pattern: Pattern,
    /// The slots that are new.
    pub slots: Vec<usize>,
    /// The parts of each path, in order.
    pub paths: Vec<Vec<PathStep>>,
}

#[derive(Default)]
struct Pattern0 {
    nodes: Vec<PatternNode>,
    rels: Vec<PatternRel>,
    conditions: Vec<Expr>,
}

impl Binder<'_> {
    pub(super) fn match_clause(
        &mut self,
        input: Plan,
        scope: &mut Scope,
        optional: bool,
        different: bool,
        patterns: &[ast::PathPattern],
        filter: Option<&ast::Expression>,
    ) -> Plan {
        let Matched { pattern, slots, .. } = self.pattern(scope, different, patterns, filter);
        if optional {
            let inner = Plan::Match { input: Box::new(Plan::Argument), pattern };
            Plan::Optional { input: Box::new(input), inner: Box::new(inner), slots }
        } else {
            Plan::Match { input: Box::new(input), pattern }
        }
    }

    /// Binds patterns and adds their names to `scope`.
    pub(super) fn pattern(
        &mut self,
        scope: &mut Scope,
        different: bool,
        patterns: &[ast::PathPattern],
        filter: Option<&ast::Expression>,
    ) -> Matched {
        let mut draft = Draft { repeatable: !different, ..Draft::default() };
        for path in patterns {
            self.path(path, scope, &mut draft);
        }
        draft.filters.extend(filter);
        for (of, map) in std::mem::take(&mut draft.properties) {
            self.property_conditions(&of, map, scope, &mut draft.pattern.conditions);
        }
        for filter in std::mem::take(&mut draft.filters) {
            let condition = self.truth(filter, scope, "a condition");
            split(condition, &mut draft.pattern.conditions);
        }
        // What nothing leads to or from may be null, or no node at all, and then matches nothing.
        let Pattern0 { nodes, rels, conditions } = &mut draft.pattern;
        for (at, node) in nodes.iter().enumerate().filter(|(_, node)| node.bound) {
            if rels.iter().all(|rel| rel.left != at && rel.right != at) {
                let node_type = Type::NotNull(Box::new(Type::Node));
                conditions.push(Expr::IsType(Box::new(Expr::Slot(node.slot)), node_type));
            }
        }
        let mut asked = Vec::new();
        draft.pattern.conditions.iter().for_each(|condition| polarity_of(condition, &mut asked));
        for rel in &mut draft.pattern.rels {
            rel.negated = asked.contains(&rel.slot);
        }
        let Pattern0 { nodes, rels, conditions } = draft.pattern;
        Matched { pattern: Pattern { nodes, rels, conditions, different }, slots: draft.new_slots, paths: draft.paths }
    }

    fn path<'q>(&mut self, path: &'q ast::PathPattern, scope: &mut Scope, draft: &mut Draft<'q>) {
        let parts = match path.alternatives.as_slice() {
            [(_, parts)] if parts.len() == 1 && matches!(parts[0], PathPart::Node(_)) => parts,
            _ if needs_program(path, draft.repeatable) => return self.searched(path, scope, draft),
            [(_, parts), ..] => parts,
            [] => return,
        };
        let mut steps = Vec::new();
        let mut previous: Option<usize> = None;
        let mut pending: Option<&ast::RelationshipPattern> = None;
        for part in parts {
            match part {
                PathPart::Node(node) => {
                    let index = self.node(node, scope, draft);
                    if let (Some(left), Some(rel)) = (previous, pending.take()) {
                        steps.push(PathStep::Rel(self.relationship(rel, left, index, scope, draft)));
                    }
                    steps.push(PathStep::Node(draft.pattern.nodes[index].slot));
                    previous = Some(index);
                }
                PathPart::Relationship(rel) => pending = Some(rel),
                PathPart::Group { .. } => {}
            }
        }
        if let Some(name) = &path.variable {
            self.declare_as(scope, name, Expr::Path(steps.clone()), Kind::Path);
        }
        draft.paths.push(steps);
    }

    /// A path that is found by a program between its first node and its last.
    fn searched<'q>(&mut self, path: &'q ast::PathPattern, scope: &mut Scope, draft: &mut Draft<'q>) {
        let mut inside: Vec<(bool, &'q [PathPart])> =
            path.alternatives.iter().map(|(apart, parts)| (*apart, parts.as_slice())).collect();
        let (mut first, mut last) = (None, None);
        if let [(_, parts)] = inside.as_mut_slice() {
            if let [PathPart::Node(node), rest @ ..] = parts {
                (first, *parts) = (Some(node), rest);
            }
            if let [rest @ .., PathPart::Node(node)] = parts {
                (last, *parts) = (Some(node), rest);
            }
        }
        let left = match first {
            Some(node) => self.node(node, scope, draft),
            None => self.any_node(draft),
        };
        let before = scope.clone();
        let right = match last {
            Some(node) => self.node(node, scope, draft),
            None => self.any_node(draft),
        };
        let ends = asking(path, &inside, (first, left), last, draft);
        let Compiled { mut search, names } = self.program(path, &inside, draft.repeatable, &before, (ends, scope));
        for (name, register, kind) in names {
            let slot = self.slot();
            draft.new_slots.push(slot);
            search.shown.push((register, slot));
            let known = draft.nodes.get(&name).map(|node| draft.pattern.nodes[*node].slot);
            let same = known.or_else(|| draft.inside.get(&name).copied());
            if let (Some(_), Some((_, found))) = (same, scope.get(&name))
                && found != kind
            {
                self.report(
                    Diagnostic::new(code::VARIABLE_TYPE_CONFLICT, format!("`{name}` is {} already", found.word()))
                        .at(path.span.span, format!("here it would be {}", kind.word()))
                        .help("choose another name"),
                );
            }
            match (same, scope.get(&name)) {
                (Some(other), _) => draft.pattern.conditions.push(equal(slot, other)),
                // It is what the program has tested it to be.
                (None, Some(_)) => {}
                (None, None) => {
                    scope.set(&name, Expr::Slot(slot), kind);
                    draft.inside.insert(name.clone(), slot);
                }
            }
            if kind != Kind::Node {
                draft.rels.insert(name, path.span.span);
            }
        }
        let slot = self.slot();
        draft.new_slots.push(slot);
        draft.pattern.rels.push(PatternRel {
            slot,
            left,
            right,
            direction: Direction::Out,
            types: Vec::new(),
            length: None,
            negated: false,
            each: None,
            search: Some(Box::new(search)),
            reach: false,
        });
        let end = |node: usize| PathStep::Node(draft.pattern.nodes[node].slot);
        let steps = vec![end(left), PathStep::Rel(slot), end(right)];
        if let Some(name) = &path.variable {
            self.declare_as(scope, name, Expr::Path(steps.clone()), Kind::Path);
        }
        draft.paths.push(steps);
    }

    fn any_node(&mut self, draft: &mut Draft<'_>) -> usize {
        let slot = self.slot();
        draft.new_slots.push(slot);
        draft.pattern.nodes.push(PatternNode { slot, bound: false, labels: None });
        draft.pattern.nodes.len() - 1
    }

    fn node<'q>(&mut self, node: &'q ast::NodePattern, scope: &mut Scope, draft: &mut Draft<'q>) -> usize {
        let labels = node.labels.as_ref().map(|labels| self.labels(&labels.node, true));
        let known = node.variable.as_ref().and_then(|name| draft.nodes.get(&name.node).copied());
        let index = match known {
            Some(index) => {
                if let Some(test) = labels {
                    let slot = draft.pattern.nodes[index].slot;
                    draft.pattern.conditions.push(Expr::HasLabels(Box::new(Expr::Slot(slot)), test));
                }
                index
            }
            None => {
                let inside = node.variable.as_ref().and_then(|name| draft.inside.get(&name.node).copied());
                let kind = node.variable.as_ref().and_then(|name| scope.get(&name.node)).map(|(_, kind)| kind);
                let (slot, bound) = match inside {
                    // A list is no node, as is said below.
                    Some(_) if kind != Some(Kind::Node) => self.node_slot(node, scope, draft),
                    Some(other) => {
                        let slot = self.slot();
                        draft.new_slots.push(slot);
                        draft.pattern.conditions.push(equal(slot, other));
                        (slot, false)
                    }
                    None => self.node_slot(node, scope, draft),
                };
                draft.pattern.nodes.push(PatternNode { slot, bound, labels });
                let index = draft.pattern.nodes.len() - 1;
                if let Some(name) = &node.variable {
                    draft.nodes.insert(name.node.clone(), index);
                }
                index
            }
        };
        let slot = Expr::Slot(draft.pattern.nodes[index].slot);
        draft.properties.extend(node.properties.as_ref().map(|map| (slot, map)));
        draft.filters.extend(node.filter.as_ref());
        index
    }

    /// The slot of a node and whether it is filled already.
    fn node_slot(&mut self, node: &ast::NodePattern, scope: &mut Scope, draft: &mut Draft<'_>) -> (usize, bool) {
        if let Some(name) = &node.variable
            && let Some((expr, kind)) = scope.get(&name.node)
        {
            if let (Expr::Slot(slot), Kind::Node | Kind::Any | Kind::Null | Kind::Ungrouped(_)) = (expr, kind) {
                let slot = *slot;
                if let Kind::Ungrouped(explicit) = kind {
                    self.ungrouped(&name.node, name.span, explicit);
                }
                return (slot, true);
            }
            self.report(
                Diagnostic::new(
                    code::VARIABLE_TYPE_CONFLICT,
                    format!("`{}` is {}, not a node", name.node, kind.word()),
                )
                .at(name.span, "expected the name of a node"),
            );
        }
        let slot = self.slot();
        draft.new_slots.push(slot);
        if let Some(name) = &node.variable {
            scope.set(&name.node, Expr::Slot(slot), Kind::Node);
        }
        (slot, false)
    }

    fn relationship<'q>(
        &mut self,
        rel: &'q ast::RelationshipPattern,
        left: usize,
        right: usize,
        scope: &mut Scope,
        draft: &mut Draft<'q>,
    ) -> usize {
        let length = Self::length(rel);
        let slot = self.slot();
        draft.new_slots.push(slot);
        let kind = if length.is_some() { Kind::RelList } else { Kind::Rel };
        if let Some(name) = &rel.variable {
            if draft.rels.contains_key(&name.node) {
                self.report(
                    Diagnostic::new(
                        code::RELATIONSHIP_UNIQUENESS,
                        format!("`{}` is used for two relationships", name.node),
                    )
                    .at(name.span, "a relationship matches once in a pattern"),
                );
            }
            draft.rels.insert(name.node.clone(), name.span);
            match scope.get(&name.node) {
                Some((bound, found))
                    if found.is_open() || found == kind || (length.is_some() && is_rel_list(found)) =>
                {
                    let same = Expr::Compare("=".into(), Box::new(Expr::Slot(slot)), Box::new(bound.clone()));
                    draft.pattern.conditions.push(same);
                    if let Kind::Ungrouped(explicit) = found {
                        self.ungrouped(&name.node, name.span, explicit);
                    }
                }
                Some((_, other)) => self.report(
                    Diagnostic::new(
                        code::VARIABLE_TYPE_CONFLICT,
                        format!("`{}` is {}, not a relationship", name.node, other.word()),
                    )
                    .at(name.span, "expected the name of a relationship"),
                ),
                None => scope.set(&name.node, Expr::Slot(slot), kind),
            }
        }
        let mut types = Vec::new();
        let mut each = None;
        if let Some(test) = rel.types.as_ref().map(|types| self.labels(&types.node, false)) {
            match alternatives(&test) {
                Some(names) => types = names,
                None => each = Some(Expr::HasLabels(Box::new(Expr::Local(0)), test)),
            }
        }
        if length.is_some() {
            let mut conditions: Vec<Expr> = each.take().into_iter().collect();
            if let Some(map) = &rel.properties {
                self.property_conditions(&Expr::Local(0), map, scope, &mut conditions);
            }
            each = conditions.into_iter().reduce(|a, b| Expr::And(Box::new(a), Box::new(b)));
        } else {
            if let Some(Expr::HasLabels(_, test)) = each.take() {
                draft.pattern.conditions.push(Expr::HasLabels(Box::new(Expr::Slot(slot)), test));
            }
            draft.properties.extend(rel.properties.as_ref().map(|map| (Expr::Slot(slot), map)));
            draft.filters.extend(rel.filter.as_ref());
        }
        self.sees_all |= types.is_empty();
        let direction = direction(rel.direction);
        draft.pattern.rels.push(PatternRel {
            slot,
            left,
            right,
            direction,
            types,
            length,
            negated: false,
            each,
            search: None,
            reach: false,
        });
        slot
    }

    fn length(rel: &ast::RelationshipPattern) -> Option<(u64, Option<u64>)> {
        let quantifier = rel.length.as_ref().or(rel.quantifier.as_ref())?;
        Some((quantifier.node.least, quantifier.node.most))
    }

    pub(super) fn property_conditions(
        &mut self,
        of: &Expr,
        map: &ast::Expression,
        scope: &Scope,
        conditions: &mut Vec<Expr>,
    ) {
        let ast::Expr::Map(entries) = &map.node else {
            self.report(
                Diagnostic::new(code::INVALID_PARAMETER_USE, "the properties of a pattern to be found are written out")
                    .at(map.span, "expected `{key: value}`"),
            );
            return;
        };
        for (key, value) in entries {
            self.key(key);
            let value = self.expr(value, scope);
            let property = Expr::Property(Box::new(of.clone()), key.node.clone());
            conditions.push(Expr::Compare("=".into(), Box::new(property), Box::new(value)));
        }
    }

    /// A condition on labels (`of_node`) or types; names nobody uses are warned of.
    pub(super) fn labels(&mut self, labels: &LabelExpr, of_node: bool) -> LabelTest {
        match labels {
            LabelExpr::Name(name) => {
                if of_node {
                    self.label_name(name);
                } else {
                    self.type_name(name);
                }
                LabelTest::Is(name.node.clone())
            }
            LabelExpr::Any => LabelTest::Any,
            LabelExpr::Not(test) => LabelTest::Not(Box::new(self.labels(test, of_node))),
            LabelExpr::And(a, b) => {
                LabelTest::And(Box::new(self.labels(a, of_node)), Box::new(self.labels(b, of_node)))
            }
            LabelExpr::Or(a, b) => LabelTest::Or(Box::new(self.labels(a, of_node)), Box::new(self.labels(b, of_node))),
        }
    }

    /// Whether a name need not be there yet: the statement itself creates it.
    fn is_made(&self, name: &str) -> bool {
        self.quiet || self.made.contains(name)
    }

    fn label_name(&mut self, name: &ast::Name) {
        self.labels.insert(name.node.clone());
        let (catalog, schema) = (self.names.catalog, self.names.schema);
        if !self.is_made(&name.node) && catalog.label(&name.node).is_none() && !schema.labels.contains_key(&name.node) {
            let known = catalog.labels().chain(schema.labels.keys().map(String::as_str));
            self.report(
                Diagnostic::new(code::UNKNOWN_LABEL, format!("no label `{}`", name.node))
                    .at(name.span, counted(catalog.labels().len(), "label"))
                    .nearest(&name.node, known),
            );
        }
    }

    fn type_name(&mut self, name: &ast::Name) {
        self.types.insert(name.node.clone());
        let (catalog, schema) = (self.names.catalog, self.names.schema);
        if !self.is_made(&name.node)
            && catalog.rel_type(&name.node).is_none()
            && !schema.relationships.contains_key(&name.node)
        {
            let known = catalog.types().chain(schema.relationships.keys().map(String::as_str));
            self.report(
                Diagnostic::new(code::UNKNOWN_TYPE, format!("no relationship type `{}`", name.node))
                    .at(name.span, counted(catalog.types().len(), "relationship type"))
                    .nearest(&name.node, known),
            );
        }
    }

    pub(super) fn key(&mut self, name: &ast::Name) {
        self.keys.entry(name.node.clone()).or_insert(name.span);
        self.check_key(name);
    }

    /// Warns of a property that nothing has.
    pub(super) fn check_key(&mut self, name: &ast::Name) {
        let (catalog, schema) = (self.names.catalog, self.names.schema);
        if !self.is_made(&name.node) && catalog.key(&name.node).is_none() && !schema.properties.contains_key(&name.node)
        {
            let known = catalog.keys().chain(schema.properties.keys().map(String::as_str));
            let warning = Diagnostic::new(code::UNKNOWN_PROPERTY, format!("no property `{}`", name.node))
                .at(name.span, "nothing in this graph has it");
            // What is said about a statement is no property of it.
            let said = function::of_statements(&name.node);
            self.report(match said {
                Some(function) => warning.help(format!("it is a function: write `{}(…)`", function.name)),
                None => warning.nearest(&name.node, known),
            });
        }
    }
}

/// The ends that ask something of the path between them where a selector chooses among the paths that meet it; their
/// conditions no longer wait until it has chosen.
fn asking<'q>(
    path: &ast::PathPattern,
    inside: &[(bool, &'q [PathPart])],
    (first, left): (Option<&'q ast::NodePattern>, usize),
    last: Option<&'q ast::NodePattern>,
    draft: &mut Draft<'q>,
) -> Ends<'q> {
    let mut names = BTreeSet::new();
    for (_, parts) in inside {
        names_in(parts, &mut names);
    }
    let asks = |node: &&'q ast::NodePattern| {
        let mut conditions = node.filter.iter().chain(&node.properties);
        path.selector.is_some() && conditions.any(|condition| mentions(condition, &names))
    };
    let (first, last) = (first.filter(asks), last.filter(asks));
    for node in first.iter().chain(&last) {
        draft.filters.retain(|filter| !node.filter.as_ref().is_some_and(|own| std::ptr::eq(*filter, own)));
        draft.properties.retain(|(_, map)| !node.properties.as_ref().is_some_and(|own| std::ptr::eq(*map, own)));
    }
    let slot = draft.pattern.nodes[left].slot;
    Ends { first: first.map(|node| (node, Expr::Slot(slot))), last }
}

/// The names in parts of a path.
fn names_in<'q>(parts: &'q [PathPart], names: &mut BTreeSet<&'q str>) {
    for part in parts {
        let name = match part {
            PathPart::Node(node) => &node.variable,
            PathPart::Relationship(rel) => &rel.variable,
            PathPart::Group { pattern, .. } => {
                pattern.alternatives.iter().for_each(|(_, parts)| names_in(parts, names));
                &pattern.variable
            }
        };
        names.extend(name.as_ref().map(|name| name.node.as_str()));
    }
}

/// Whether an expression reads one of these names, or may do so in a query within.
fn mentions(expression: &ast::Expression, names: &BTreeSet<&str>) -> bool {
    let mut found = false;
    walk(expression, &mut |part| {
        found |= match &part.node {
            ast::Expr::Variable(name) => names.contains(name.as_str()),
            ast::Expr::MapProjection(name, _) => names.contains(name.node.as_str()),
            ast::Expr::Pattern(_)
            | ast::Expr::ShortestPath(_)
            | ast::Expr::PatternComprehension { .. }
            | ast::Expr::Subquery(..) => true,
            _ => false,
        };
    });
    found
}

/// Which way a relationship is followed, as a plan says it.
pub(super) fn direction(written: ast::Direction) -> Direction {
    match written {
        ast::Direction::Out => Direction::Out,
        ast::Direction::In => Direction::In,
        ast::Direction::Both => Direction::Both,
    }
}

/// Whether it may be a list of relationships.
fn is_rel_list(kind: Kind) -> bool {
    matches!(kind, Kind::List(Kind::Rel | Kind::Any | Kind::Null))
}

fn counted(n: usize, what: &str) -> String {
    format!("this graph has {n} {what}{}", if n == 1 { "" } else { "s" })
}

fn equal(a: usize, b: usize) -> Expr {
    Expr::Compare("=".into(), Box::new(Expr::Slot(a)), Box::new(Expr::Slot(b)))
}

/// The names of `A|B|C`; `None` where the condition is another.
pub(super) fn alternatives(test: &LabelTest) -> Option<Vec<String>> {
    match test {
        LabelTest::Is(name) => Some(vec![name.clone()]),
        LabelTest::Or(a, b) => {
            let mut names = alternatives(a)?;
            for name in alternatives(b)? {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            Some(names)
        }
        LabelTest::Any => Some(Vec::new()),
        LabelTest::Not(_) | LabelTest::And(..) => None,
    }
}

/// Splits `a AND b` into its parts.
pub(super) fn split(condition: Expr, conditions: &mut Vec<Expr>) {
    match condition {
        Expr::And(a, b) => {
            split(*a, conditions);
            split(*b, conditions);
        }
        other => conditions.push(other),
    }
}

/// Slots whose polarity is asked for: only their relationships match statements that say *no*.
fn polarity_of(condition: &Expr, slots: &mut Vec<usize>) {
    if let Expr::Call(name, arguments) = condition
        && let ("polarity", [Expr::Slot(slot)]) = (name.as_str(), arguments.as_slice())
    {
        slots.push(*slot);
    }
    condition.children().into_iter().for_each(|child| polarity_of(child, slots));
}
