//! Path patterns that are more than nodes and relationships in a row: as a program of steps.
//!
//! A pattern is compiled in two passes, because a condition may name what stands to its right: first the steps and the
//! registers, then the conditions, each at its step if everything it reads is found by then, else at the end of its level. A
//! *level* is what a quantifier repeats: a name stands for one thing inside it and for the list of them outside.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Span, code};
use crate::parse::ast::{self, At, PathPart, Quantifier};
use crate::plan::{Expr, LabelTest, Register, Restrictor, Search, Selector, Step};
use crate::value::Value;

use super::Binder;
use super::kind::Kind;
use super::scope::Scope;

/// What a quantifier repeats; the first level is the pattern itself.
struct Level {
    parent: Option<usize>,
    names: BTreeMap<String, (Register, Kind)>,
    /// The step that tests what could not be tested before.
    test: usize,
}

/// A condition that waits for the registers to be known.
struct Pending<'q> {
    step: usize,
    level: usize,
    /// Registers below this one are filled at the step.
    filled: Register,
    /// What it is asked of.
    of: Option<Expr>,
    labels: Option<LabelTest>,
    properties: Option<&'q ast::Expression>,
    filter: Option<&'q ast::Expression>,
    /// It is what is bound already.
    same: Option<Expr>,
    /// The name of the last node, where the condition is one of those that wait for it.
    last: Option<(&'q str, Register)>,
}

/// A pattern's first and last node as far as they ask something of the path between them.
pub(super) struct Ends<'q> {
    pub first: Option<(&'q ast::NodePattern, Expr)>,
    pub last: Option<&'q ast::NodePattern>,
}

/// A program in the making.
#[derive(Default)]
pub(super) struct Compiler<'q> {
    program: Vec<Step>,
    registers: usize,
    counters: usize,
    levels: Vec<Level>,
    pending: Vec<Pending<'q>>,
    /// What may not repeat in each part that has a name or a restrictor of its own.
    parts: Vec<Restrictor>,
    /// Parts around, whose restrictor lets no quantifier go on without end.
    restricted: usize,
    unbounded: Option<Span>,
    /// Registers whose values grow without end.
    endless: BTreeSet<Register>,
    /// Names of relationships that other branches of the alternatives around have, and that this one may have too.
    elsewhere: BTreeSet<String>,
}

/// A compiled pattern and the names that are seen outside.
pub(super) struct Compiled {
    pub search: Search,
    pub names: Vec<(String, Register, Kind)>,
}

/// Whether a pattern needs a program.
pub(super) fn needs_program(path: &ast::PathPattern, repeatable: bool) -> bool {
    let selects = path.selector.as_ref().is_some_and(|selector| selector.node != ast::Selector::All);
    let restricts = path.restrictor.as_ref().is_some_and(|restrictor| restrictor.node != ast::Restrictor::Trail);
    let (alternatives, parts) = (path.alternatives.len(), path.alternatives.iter().flat_map(|(_, parts)| parts));
    let complex = parts.into_iter().any(|part| match part {
        PathPart::Node(_) => false,
        PathPart::Group { .. } => true,
        PathPart::Relationship(rel) => {
            let quantifier = rel.length.as_ref().or(rel.quantifier.as_ref());
            quantifier.is_some_and(|quantifier| quantifier.node.optional || rel.filter.is_some() || repeatable)
        }
    });
    let repeated = (restricts || path.restrictor.is_some() && repeatable) || selects;
    repeated || alternatives > 1 || complex
}

impl<'q> Binder<'_> {
    /// Compiles what stands between the first node and the last. `scope` is what was bound before; conditions see what
    /// is `in_sight`.
    pub(super) fn program(
        &mut self,
        path: &'q ast::PathPattern,
        alternatives: &[(bool, &'q [PathPart])],
        repeatable: bool,
        scope: &Scope,
        (ends, in_sight): (Ends<'q>, &Scope),
    ) -> Compiled {
        let mut compiler = Compiler::default();
        compiler.levels.push(Level { parent: None, names: BTreeMap::new(), test: 0 });
        self.alternatives(&mut compiler, alternatives, 0, scope);
        compiler.ends(&ends);
        let selector = match path.selector.as_ref().map_or(ast::Selector::All, |selector| selector.node) {
            ast::Selector::All => Selector::All,
            ast::Selector::Any(k) | ast::Selector::Shortest(k) => Selector::Shortest(k),
            ast::Selector::AnyShortest | ast::Selector::ShortestPath => Selector::Shortest(1),
            ast::Selector::AllShortest | ast::Selector::AllShortestPaths => Selector::ShortestGroups(1),
            ast::Selector::ShortestGroups(k) => Selector::ShortestGroups(k),
        };
        if let (Selector::Shortest(0) | Selector::ShortestGroups(0), Some(written)) = (selector, &path.selector) {
            let none = Diagnostic::new(code::INVALID_COUNT, "a selector that keeps no path");
            self.report(none.at(written.span, "expected a number from 1 on"));
        }
        let restrictor = match &path.restrictor {
            Some(written) => restrictor(written.node),
            None if repeatable => Restrictor::Walk,
            None => Restrictor::Trail,
        };
        if let (Restrictor::Walk, Selector::All, Some(span)) = (restrictor, selector, compiler.unbounded) {
            self.report(
                Diagnostic::new(code::ENDLESS_WALK, "walks that may repeat anything match without end")
                    .at(span, "expected an upper bound, such as `{1,5}`")
                    .help("or write `TRAIL`, `ACYCLIC`, `SIMPLE` or a selector such as `ANY SHORTEST` before the path"),
            );
        }
        self.conditions(&mut compiler, in_sight);
        if let (Restrictor::Walk, Some(span)) = (restrictor, compiler.unbounded)
            && compiler.reads_endless()
        {
            self.report(
                Diagnostic::new(code::ENDLESS_WALK, "a condition on a whole walk without end may never be met")
                    .at(span, "expected an upper bound, such as `{1,5}`")
                    .help("or write `TRAIL`, `ACYCLIC` or `SIMPLE` before the path"),
            );
        }
        let names = std::mem::take(&mut compiler.levels[0].names);
        let names: Vec<(String, Register, Kind)> =
            names.into_iter().map(|(name, (register, kind))| (name, register, kind)).collect();
        let Compiler { program, registers, counters, parts, .. } = compiler;
        let shown = Vec::new();
        Compiled { search: Search { program, registers, counters, shown, restrictor, parts, selector }, names }
    }

    fn alternatives(
        &mut self,
        compiler: &mut Compiler<'q>,
        alternatives: &[(bool, &'q [PathPart])],
        level: usize,
        scope: &Scope,
    ) {
        if let [(_, parts)] = alternatives {
            return self.parts(compiler, parts, level, scope);
        }
        let fork = compiler.push(Step::Either(Vec::new()));
        let apart = alternatives.iter().any(|(apart, _)| *apart);
        let before: BTreeSet<String> = compiler.levels[level].names.keys().cloned().collect();
        let around = compiler.elsewhere.clone();
        let (mut ways, mut jumps, mut branch) = (Vec::new(), Vec::new(), 0);
        for (is_apart, parts) in alternatives {
            let others = compiler.levels[level].names.keys().filter(|name| !before.contains(*name)).cloned();
            compiler.elsewhere = around.iter().cloned().chain(others).collect();
            ways.push(compiler.program.len());
            branch += usize::from(*is_apart);
            if apart {
                compiler.push(Step::Branch(branch));
            }
            self.parts(compiler, parts, level, scope);
            jumps.push(compiler.push(Step::Jump(0)));
        }
        compiler.elsewhere = around;
        let end = compiler.program.len();
        for jump in jumps {
            compiler.program[jump] = Step::Jump(end);
        }
        compiler.program[fork] = Step::Either(ways);
    }

    fn parts(&mut self, compiler: &mut Compiler<'q>, parts: &'q [PathPart], level: usize, scope: &Scope) {
        for part in parts {
            match part {
                PathPart::Node(node) => self.inner_node(compiler, node, level, scope),
                PathPart::Relationship(rel) => {
                    let quantifier = rel.length.as_ref().or(rel.quantifier.as_ref());
                    self.repeated(compiler, quantifier, level, |binder, compiler, level| {
                        binder.inner_rel(compiler, rel, level, scope);
                    });
                }
                PathPart::Group { pattern, filter, quantifier } => {
                    self.group(compiler, pattern, filter.as_ref(), quantifier.as_ref(), level, scope);
                }
            }
        }
    }

    fn group(
        &mut self,
        compiler: &mut Compiler<'q>,
        pattern: &'q ast::PathPattern,
        filter: Option<&'q ast::Expression>,
        quantifier: Option<&At<Quantifier>>,
        level: usize,
        scope: &Scope,
    ) {
        if let Some(selector) = &pattern.selector {
            self.report(
                Diagnostic::new(code::SYNTAX, "a selector stands inside parentheses")
                    .at(selector.span, "expected at the front of the path")
                    .help("it chooses among whole paths; parts are restricted by `TRAIL`, `ACYCLIC` or `SIMPLE`"),
            );
        }
        let alternatives: Vec<(bool, &'q [PathPart])> =
            pattern.alternatives.iter().map(|(apart, parts)| (*apart, parts.as_slice())).collect();
        let repeats = quantifier.filter(|quantifier| !quantifier.node.optional);
        if let (Some(quantifier), 0) = (repeats, least_length(pattern)) {
            self.report(
                Diagnostic::new(code::ENDLESS_WALK, "what is repeated may be without a relationship")
                    .at(quantifier.span, "expected at least one in the parentheses before this"),
            );
        }
        self.repeated(compiler, quantifier, level, |binder, compiler, level| {
            binder.part(compiler, pattern, level, scope, |binder, compiler| {
                binder.alternatives(compiler, &alternatives, level, scope);
            });
            if filter.is_some() {
                let step = compiler.push(Step::Test(Expr::Constant(Value::Bool(true))));
                compiler.wait(step, level, None, Pending { filter, ..Pending::at(step) });
            }
        });
    }

    /// A part of the path that has a name or a restrictor of its own.
    fn part(
        &mut self,
        compiler: &mut Compiler<'q>,
        pattern: &ast::PathPattern,
        level: usize,
        scope: &Scope,
        body: impl FnOnce(&mut Self, &mut Compiler<'q>),
    ) {
        let own = pattern.restrictor.as_ref().map_or(Restrictor::Walk, |written| restrictor(written.node));
        if pattern.variable.is_none() && own == Restrictor::Walk {
            return body(self, compiler);
        }
        let (number, restricts) = (compiler.parts.len(), usize::from(own != Restrictor::Walk));
        compiler.parts.push(own);
        compiler.push(Step::Open(number));
        compiler.restricted += restricts;
        let around = compiler.unbounded.take();
        body(self, compiler);
        compiler.restricted -= restricts;
        let grows = compiler.unbounded.is_some();
        compiler.unbounded = compiler.unbounded.or(around);
        let name = pattern.variable.as_ref();
        let register = name.map(|_| self.inner_name(compiler, name, Kind::Path, level));
        if let Some(name) = name.filter(|name| scope.get(&name.node).is_some()) {
            self.repeats(&name.node, name.span);
        }
        compiler.endless.extend(register.filter(|_| grows));
        compiler.push(Step::Close(number, register));
    }

    /// `body` as often as a quantifier says.
    fn repeated(
        &mut self,
        compiler: &mut Compiler<'q>,
        quantifier: Option<&At<Quantifier>>,
        level: usize,
        body: impl FnOnce(&mut Self, &mut Compiler<'q>, usize),
    ) {
        let Some(At { node: quantifier, span }) = quantifier else { return body(self, compiler, level) };
        if quantifier.optional {
            let fork = compiler.push(Step::Either(Vec::new()));
            body(self, compiler, level);
            compiler.program[fork] = Step::Either(vec![fork + 1, compiler.program.len()]);
            return;
        }
        if quantifier.most.is_none() && compiler.restricted == 0 {
            compiler.unbounded = Some(*span);
        }
        let counter = compiler.counters;
        compiler.counters += 1;
        let inner = compiler.levels.len();
        compiler.levels.push(Level { parent: Some(level), names: BTreeMap::new(), test: 0 });
        let begin = compiler.push(Step::Begin(counter, Vec::new()));
        let jump = compiler.push(Step::Jump(0));
        let first = compiler.program.len();
        let before = compiler.registers;
        body(self, compiler, inner);
        compiler.end_level(inner);
        let mut pairs = Vec::new();
        let grows = quantifier.most.is_none() && compiler.restricted == 0;
        for (name, (register, kind)) in compiler.levels[inner].names.clone() {
            let list = compiler.register();
            pairs.push((register, list));
            if grows || compiler.endless.contains(&register) {
                compiler.endless.insert(list);
            }
            if compiler.known(level, &name).is_some() {
                self.repeats(&name, *span);
            }
            compiler.levels[level].names.insert(name, (list, kind.group()));
        }
        let lists: Vec<Register> = pairs.iter().map(|(_, list)| *list).collect();
        // What has no name is emptied with the others: each round begins anew.
        let named: Vec<Register> = pairs.iter().map(|(register, _)| *register).collect();
        let nothing = compiler.registers;
        let unnamed = (before..nothing).filter(|register| !named.contains(register) && !lists.contains(register));
        pairs.extend(unnamed.map(|register| (register, register)));
        compiler.push(Step::Gather(pairs));
        let head = compiler.push(Step::Repeat { counter, least: quantifier.least, most: quantifier.most, body: first });
        compiler.program[begin] = Step::Begin(counter, lists);
        compiler.program[jump] = Step::Jump(head);
    }

    fn repeats(&mut self, name: &str, span: Span) {
        self.report(
            Diagnostic::new(code::VARIABLE_ALREADY_BOUND, format!("`{name}` is bound already"))
                .at(span, "what is repeated needs names of its own"),
        );
    }

    fn inner_node(&mut self, compiler: &mut Compiler<'q>, node: &'q ast::NodePattern, level: usize, scope: &Scope) {
        let register = self.inner_name(compiler, node.variable.as_ref(), Kind::Node, level);
        let same = self.bound_before(compiler, node.variable.as_ref(), Kind::Node, level, scope);
        let labels = node.labels.as_ref().map(|labels| self.labels(&labels.node, true));
        let step = compiler.push(Step::Node(register, None));
        let (properties, filter) = (node.properties.as_ref(), node.filter.as_ref());
        compiler.wait(step, level, Some(register), Pending { labels, properties, filter, same, ..Pending::at(step) });
    }

    fn inner_rel(
        &mut self,
        compiler: &mut Compiler<'q>,
        rel: &'q ast::RelationshipPattern,
        level: usize,
        scope: &Scope,
    ) {
        let register = self.inner_name(compiler, rel.variable.as_ref(), Kind::Rel, level);
        let same = self.bound_before(compiler, rel.variable.as_ref(), Kind::Rel, level, scope);
        let test = rel.types.as_ref().map(|types| self.labels(&types.node, false));
        let names = test.as_ref().and_then(super::pattern::alternatives);
        let labels = if names.is_some() { None } else { test };
        let direction = super::pattern::direction(rel.direction);
        let types = names.unwrap_or_default();
        self.sees_all |= types.is_empty();
        let step = compiler.push(Step::Follow { register, direction, types, condition: None });
        let (properties, filter) = (rel.properties.as_ref(), rel.filter.as_ref());
        compiler.wait(step, level, Some(register), Pending { labels, properties, filter, same, ..Pending::at(step) });
    }

    /// The register of a name, a new one where there is none.
    fn inner_name(
        &mut self,
        compiler: &mut Compiler<'q>,
        name: Option<&ast::Name>,
        kind: Kind,
        level: usize,
    ) -> Register {
        let Some(name) = name else { return compiler.register() };
        match compiler.known(level, &name.node) {
            Some((register, found)) if found == kind && kind == Kind::Node => register,
            Some((register, found)) if found == kind && compiler.elsewhere.remove(&name.node) => register,
            Some((register, found)) => {
                let message = format!("`{}` is {} already", name.node, found.word());
                let wrong = Diagnostic::new(code::VARIABLE_TYPE_CONFLICT, message);
                self.report(wrong.at(name.span, "expected another name"));
                register
            }
            None => {
                let register = compiler.register();
                compiler.levels[level].names.insert(name.node.clone(), (register, kind));
                register
            }
        }
    }

    /// What a name stands for before the pattern; it must be of the kind, and not be repeated.
    fn bound_before(
        &mut self,
        compiler: &Compiler<'q>,
        name: Option<&ast::Name>,
        kind: Kind,
        level: usize,
        scope: &Scope,
    ) -> Option<Expr> {
        let name = name?;
        let (expr, found) = scope.get(&name.node)?;
        if compiler.levels[level].parent.is_some() {
            self.repeats(&name.node, name.span);
        } else if !found.is_open() && found != kind {
            let message = format!("`{}` is {}, not {}", name.node, found.word(), kind.word());
            self.report(Diagnostic::new(code::VARIABLE_TYPE_CONFLICT, message).at(name.span, "expected another name"));
        }
        Some(expr.clone())
    }

    /// Binds what waits for the registers.
    fn conditions(&mut self, compiler: &mut Compiler<'q>, scope: &Scope) {
        let around = std::mem::replace(&mut self.locals, vec![String::new(); compiler.registers]);
        for pending in std::mem::take(&mut compiler.pending) {
            let mut inner = scope.clone();
            for level in compiler.lineage(pending.level) {
                for (name, (register, kind)) in &compiler.levels[level].names {
                    inner.set(name, Expr::Local(*register), *kind);
                }
            }
            let mut found = Vec::new();
            if let Some((name, register)) = pending.last {
                inner.set(name, Expr::Local(register), Kind::Node);
            }
            if let Some(of) = pending.of {
                found.extend(pending.labels.map(|test| Expr::HasLabels(Box::new(of.clone()), test)));
                found.extend(pending.same.map(|same| Expr::Compare("=".into(), Box::new(of.clone()), Box::new(same))));
                if let Some(map) = pending.properties {
                    self.property_conditions(&of, map, &inner, &mut found);
                }
            }
            if let Some(filter) = pending.filter {
                let filter = self.truth(filter, &inner, "a condition");
                super::pattern::split(filter, &mut found);
            }
            for condition in found {
                // What is beyond the registers belongs to the condition itself.
                let found_by_then = |local: &usize| *local < pending.filled || *local >= compiler.registers;
                let early = condition.locals().iter().all(found_by_then);
                let step = if early { pending.step } else { compiler.levels[pending.level].test };
                compiler.also(step, condition);
            }
        }
        self.locals = around;
    }
}

/// Relationships that a pattern has at least.
fn least_length(pattern: &ast::PathPattern) -> u64 {
    let times = |quantifier: Option<&At<Quantifier>>| {
        quantifier.map_or(1, |quantifier| if quantifier.node.optional { 0 } else { quantifier.node.least })
    };
    let of_part = |part: &PathPart| match part {
        PathPart::Node(_) => 0,
        PathPart::Relationship(rel) => times(rel.length.as_ref().or(rel.quantifier.as_ref())),
        PathPart::Group { pattern, quantifier, .. } => times(quantifier.as_ref()).saturating_mul(least_length(pattern)),
    };
    let lengths = pattern.alternatives.iter().map(|(_, parts)| parts.iter().map(of_part).fold(0, u64::saturating_add));
    lengths.min().unwrap_or(0)
}

fn restrictor(written: ast::Restrictor) -> Restrictor {
    match written {
        ast::Restrictor::Walk => Restrictor::Walk,
        ast::Restrictor::Trail => Restrictor::Trail,
        ast::Restrictor::Acyclic => Restrictor::Acyclic,
        ast::Restrictor::Simple => Restrictor::Simple,
    }
}

impl Pending<'_> {
    fn at(step: usize) -> Self {
        let filled = usize::MAX;
        Self { step, level: 0, filled, of: None, labels: None, properties: None, filter: None, same: None, last: None }
    }
}

impl<'q> Compiler<'q> {
    fn push(&mut self, step: Step) -> usize {
        self.program.push(step);
        self.program.len() - 1
    }

    fn register(&mut self) -> Register {
        self.registers += 1;
        self.registers - 1
    }

    fn wait(&mut self, step: usize, level: usize, register: Option<Register>, pending: Pending<'q>) {
        let anything = pending.labels.is_some()
            || pending.properties.is_some()
            || pending.filter.is_some()
            || pending.same.is_some();
        if anything {
            let of = register.map(Expr::Local);
            self.pending.push(Pending { step, level, filled: self.registers, of, ..pending });
        }
    }

    /// Ends the program, with what the nodes at both ends ask of the path.
    fn ends(&mut self, ends: &Ends<'q>) {
        let reached = self.register();
        if ends.first.is_some() || ends.last.is_some() {
            self.push(Step::Node(reached, None));
        }
        self.end_level(0);
        let step = self.levels[0].test;
        let first = ends.first.as_ref().map(|(node, of)| (*node, of.clone()));
        for (node, of) in first.into_iter().chain(ends.last.map(|node| (node, Expr::Local(reached)))) {
            let last = ends.last.and_then(|node| node.variable.as_ref()).map(|name| (name.node.as_str(), reached));
            let (properties, filter) = (node.properties.as_ref(), node.filter.as_ref());
            self.pending.push(Pending { of: Some(of), properties, filter, last, ..Pending::at(step) });
        }
    }

    /// A level and those around it, the outermost first.
    fn lineage(&self, level: usize) -> Vec<usize> {
        let mut levels: Vec<usize> = std::iter::successors(Some(level), |level| self.levels[*level].parent).collect();
        levels.reverse();
        levels
    }

    fn known(&self, level: usize, name: &str) -> Option<(Register, Kind)> {
        self.lineage(level).into_iter().rev().find_map(|level| self.levels[level].names.get(name).copied())
    }

    fn end_level(&mut self, level: usize) {
        self.levels[level].test = self.push(Step::Test(Expr::Constant(Value::Bool(true))));
    }

    /// Whether a condition reads what grows without end.
    fn reads_endless(&self) -> bool {
        let conditions = self.program.iter().filter_map(Step::condition);
        conditions.flat_map(Expr::locals).any(|local| self.endless.contains(&local))
    }

    /// One condition more at a step.
    fn also(&mut self, step: usize, more: Expr) {
        let and = |before: Option<Expr>| match before {
            None | Some(Expr::Constant(_)) => more,
            Some(before) => Expr::And(Box::new(before), Box::new(more)),
        };
        match &mut self.program[step] {
            Step::Node(_, condition) | Step::Follow { condition, .. } => *condition = Some(and(condition.take())),
            Step::Test(condition) => *condition = and(Some(condition.clone())),
            _ => {}
        }
    }
}
