//! Expressions over a row.

use std::sync::Arc;

use crate::diag::code;
use crate::function;
use crate::graph::{Entity, Statement};
use crate::plan::{Expr, LabelTest, PathStep, Plan, Slot, SubqueryKind};
use crate::value::{self, ArithmeticError, Path, Value};

use super::comparison::Test;
use super::live::Live;
use super::regular::Patterns;
use super::{Batch, Failure, Given, LineageId, Vector, Worker, build_for};

/// A row of a batch with the variables of the comprehensions around.
pub(super) struct Row<'b> {
    batch: &'b Batch,
    row: usize,
    pub locals: Vec<Value>,
    /// What the values computed so far rest on, beside the row itself; only where lineage is asked for.
    pub evidence: LineageId,
}

/// The value of an expression that reads no row.
///
/// # Errors
/// [`Failure`] where a value is wrong.
pub fn constant(expr: &Expr, worker: &mut Worker<'_>) -> Result<Value, Failure> {
    Row::new(&Batch::unit(false), 0).eval(expr, worker)
}

fn type_error(message: String) -> Failure {
    Failure::Value(code::TYPE_ERROR, message)
}

/// What `IN` says of what is no list.
pub(super) fn no_list(found: &Value) -> Failure {
    type_error(format!("`IN` looks into a list, found {}", found.described()))
}

fn known(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}

impl<'b> Row<'b> {
    pub(super) fn new(batch: &'b Batch, row: usize) -> Self {
        Self { batch, row, locals: Vec::new(), evidence: LineageId::NONE }
    }

    /// A truth value; `None` is null.
    pub(super) fn truth(&mut self, expr: &Expr, what: &str, worker: &mut Worker<'_>) -> Result<Option<bool>, Failure> {
        match self.eval(expr, worker)? {
            Value::Bool(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            other => Err(type_error(format!("{what} is {}; expected a truth value", other.described())).of(expr)),
        }
    }

    /// Whether a condition is true.
    pub(super) fn holds(&mut self, condition: &Expr, worker: &mut Worker<'_>) -> Result<bool, Failure> {
        Ok(self.truth(condition, "a condition", worker)? == Some(true))
    }

    pub(super) fn eval(&mut self, expr: &Expr, worker: &mut Worker<'_>) -> Result<Value, Failure> {
        match expr {
            Expr::Placed(of, place) => self.eval(of, worker).map_err(|failure| failure.at(place.0)),
            Expr::Constant(value) => Ok(value.clone()),
            Expr::Slot(slot) => Ok(self.batch.get(*slot, self.row)),
            Expr::Local(local) => Ok(self.locals.get(*local).cloned().unwrap_or_default()),
            Expr::Parameter(name) => Ok(worker.query.params.get(name).cloned().unwrap_or_default()),
            Expr::List(items) => {
                items.iter().map(|item| self.eval(item, worker)).collect::<Result<_, _>>().map(Value::List)
            }
            Expr::Map(entries) => self.map(entries, worker),
            Expr::Property(of, key) => {
                let of = self.eval(of, worker)?;
                self.read(&of, key, worker);
                property(&of, key, worker)
            }
            Expr::Index(of, at) => {
                let (of, at) = (self.eval(of, worker)?, self.eval(at, worker)?);
                index(&of, &at, worker)
            }
            Expr::Slice(of, from, to) => {
                let of = self.eval(of, worker)?;
                let from = from.as_ref().map(|e| self.eval(e, worker)).transpose()?;
                let to = to.as_ref().map(|e| self.eval(e, worker)).transpose()?;
                slice(&of, from, to)
            }
            Expr::Not(of) => Ok(known(self.truth(of, "the operand of `NOT`", worker)?.map(|value| !value))),
            Expr::Negate(of) => Ok(value::negate(&self.eval(of, worker)?)?),
            Expr::And(a, b) => {
                let a = self.truth(a, "an operand of `AND`", worker)?;
                if a == Some(false) {
                    return Ok(Value::Bool(false));
                }
                let b = self.truth(b, "an operand of `AND`", worker)?;
                Ok(known(if b == Some(false) { b } else { a.and(b) }))
            }
            Expr::Or(a, b) => {
                let a = self.truth(a, "an operand of `OR`", worker)?;
                if a == Some(true) {
                    return Ok(Value::Bool(true));
                }
                let b = self.truth(b, "an operand of `OR`", worker)?;
                Ok(known(if b == Some(true) { b } else { a.and(b) }))
            }
            Expr::Xor(a, b) => {
                let a = self.truth(a, "an operand of `XOR`", worker)?;
                let b = self.truth(b, "an operand of `XOR`", worker)?;
                Ok(known(a.zip(b).map(|(a, b)| a != b)))
            }
            Expr::Arithmetic(operator, a, b) => {
                let (a, b) = (self.eval(a, worker)?, self.eval(b, worker)?);
                Ok(value::combined(*operator, &a, &b)?)
            }
            Expr::Compare(operator, a, b) => {
                let (a, b) = (self.eval(a, worker)?, self.eval(b, worker)?);
                Ok(known(Test::of(operator).and_then(|test| test.of_values(&a, &b))))
            }
            Expr::Text(operator, a, b) => {
                let (a, b) = (self.eval(a, worker)?, self.eval(b, worker)?);
                text(operator, &a, &b, &worker.patterns)
            }
            Expr::In(a, b) => {
                let (element, list) = (self.eval(a, worker)?, self.eval(b, worker)?);
                let list = match list {
                    Value::Null => return Ok(Value::Null),
                    Value::List(list) => list,
                    other => return Err(no_list(&other)),
                };
                let lists = &worker.lists;
                Ok(known(if is_lasting(b) { lists.has(&list, &element) } else { worker.last.has(&list, &element) }))
            }
            Expr::IsType(of, wanted) => Ok(Value::Bool(wanted.holds(&self.eval(of, worker)?))),
            Expr::IsNull(of) => Ok(Value::Bool(self.eval(of, worker)?.is_null())),
            Expr::HasLabels(of, test) => {
                let of = self.eval(of, worker)?;
                has_labels(&of, test, worker)
            }
            Expr::Call(name, arguments) => {
                let arguments: Vec<Value> = arguments.iter().map(|a| self.eval(a, worker)).collect::<Result<_, _>>()?;
                let Some(function) = function::scalar(name) else {
                    return Err(Failure::Value(code::UNKNOWN_FUNCTION, format!("no function `{name}`")));
                };
                if function.strict && arguments.iter().any(Value::is_null) {
                    return Ok(Value::Null);
                }
                worker.status_projected =
                    worker.status_projected || function::projects(function, &arguments, &worker.context());
                if worker.query.lineage {
                    for statement in function::evidence(function, &arguments, &worker.context()) {
                        self.rests_on(statement, worker);
                    }
                }
                Ok((function.eval)(&arguments, &worker.context())?)
            }
            Expr::Case(branches, otherwise) => {
                for (when, then) in branches {
                    if self.truth(when, "a condition of `CASE`", worker)? == Some(true) {
                        return self.eval(then, worker);
                    }
                }
                self.eval(otherwise, worker)
            }
            Expr::Comprehension { list, filter, result } => {
                let Some(list) = self.list(list, worker)? else { return Ok(Value::Null) };
                let mut kept = Vec::new();
                for element in list.iter() {
                    worker.query.limits.checkpoint()?;
                    self.locals.push(element.clone());
                    let keeps = match filter {
                        None => true,
                        Some(filter) => self.holds(filter, worker)?,
                    };
                    if keeps {
                        kept.push(match result {
                            None => element.clone(),
                            Some(result) => self.eval(result, worker)?,
                        });
                    }
                    self.locals.pop();
                }
                Ok(Value::list(kept))
            }
            Expr::Quantified { kind, list, filter } => self.quantified(kind, list, filter, worker),
            Expr::Reduce { init, list, step } => {
                let mut result = self.eval(init, worker)?;
                let Some(list) = self.list(list, worker)? else { return Ok(Value::Null) };
                for element in list.iter() {
                    worker.query.limits.checkpoint()?;
                    self.locals.push(result);
                    self.locals.push(element.clone());
                    result = self.eval(step, worker)?;
                    self.locals.truncate(self.locals.len() - 2);
                }
                Ok(result)
            }
            Expr::Path(steps) => Ok(self.path(steps, worker)),
            Expr::Subquery { kind, plan, width, reads, .. } => self.subquery(*kind, plan, (*width, reads), worker),
        }
    }

    /// Notes that the values rest on a statement.
    fn rests_on(&mut self, statement: Statement, worker: &mut Worker<'_>) {
        self.evidence = worker.with(self.evidence, statement);
    }

    /// Notes the entry of a history that a property is read from.
    fn read(&mut self, of: &Value, key: &str, worker: &mut Worker<'_>) {
        let entity = match of {
            Value::Node(node) if worker.query.lineage => Entity::Node(*node),
            Value::Rel(rel) if worker.query.lineage => Entity::Rel(*rel),
            _ => return,
        };
        let key = worker.view().snapshot().catalog().key(key);
        if let Some(entry) = key.and_then(|key| worker.view().entry_read(entity, key)) {
            self.rests_on(Statement::History(entry), worker);
        }
    }

    fn list(&mut self, list: &Expr, worker: &mut Worker<'_>) -> Result<Option<Arc<[Value]>>, Failure> {
        match self.eval(list, worker)? {
            Value::List(list) => Ok(Some(list)),
            Value::Null => Ok(None),
            other => Err(type_error(format!("expected a list, found {}", other.described()))),
        }
    }

    fn map(&mut self, entries: &[(Option<Arc<str>>, Expr)], worker: &mut Worker<'_>) -> Result<Value, Failure> {
        let mut map: Vec<(Arc<str>, Value)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let value = self.eval(value, worker)?;
            match key {
                Some(key) => map.push((key.clone(), value)),
                None => match &value {
                    Value::Map(all) => map.extend(all.iter().map(|(k, v)| (k.clone(), v.clone()))),
                    Value::Node(node) => map.extend(worker.view().properties(Entity::Node(*node))),
                    Value::Rel(rel) => map.extend(worker.view().properties(Entity::Rel(*rel))),
                    Value::Null => return Ok(Value::Null),
                    other => return Err(type_error(format!("{} has no properties", other.described()))),
                },
            }
        }
        Ok(Value::Map(map.into_iter().collect()))
    }

    fn quantified(
        &mut self,
        kind: &str,
        list: &Expr,
        filter: &Expr,
        worker: &mut Worker<'_>,
    ) -> Result<Value, Failure> {
        let Some(list) = self.list(list, worker)? else { return Ok(Value::Null) };
        let (mut yes, mut no, mut unknown) = (0, 0, 0);
        for element in list.iter() {
            worker.query.limits.checkpoint()?;
            self.locals.push(element.clone());
            match self.truth(filter, "a condition", worker)? {
                Some(true) => yes += 1,
                Some(false) => no += 1,
                None => unknown += 1,
            }
            self.locals.pop();
        }
        Ok(known(match kind {
            "all" if no > 0 => Some(false),
            "any" if yes > 0 => Some(true),
            "none" if yes > 0 => Some(false),
            "single" if yes > 1 => Some(false),
            _ if unknown > 0 => None,
            "all" | "none" => Some(true),
            "any" => Some(false),
            _ => Some(yes == 1),
        }))
    }

    fn path(&self, steps: &[PathStep], worker: &Worker<'_>) -> Value {
        let mut path = Path { nodes: Vec::new(), rels: Vec::new() };
        for step in steps {
            match step {
                PathStep::Node(slot) => match self.batch.get(*slot, self.row) {
                    // After a list of hops the last node is there already.
                    Value::Node(node) if path.nodes.len() == path.rels.len() => path.nodes.push(node),
                    Value::Node(_) => {}
                    _ => return Value::Null,
                },
                PathStep::Rel(slot) => {
                    let value = self.batch.get(*slot, self.row);
                    let hops: Vec<_> = match &value {
                        Value::Rel(rel) => {
                            path.rels.push(*rel);
                            continue;
                        }
                        Value::List(list) => {
                            list.iter().filter_map(|v| if let Value::Rel(r) = v { Some(*r) } else { None }).collect()
                        }
                        _ => return Value::Null,
                    };
                    for rel in hops {
                        let (_, start, end) = worker.view().snapshot().rel(rel);
                        let at = path.nodes.last().copied();
                        path.rels.push(rel);
                        path.nodes.push(if at == Some(start) { end } else { start });
                    }
                }
            }
        }
        Value::Path(Arc::new(path))
    }

    fn subquery(
        &mut self,
        kind: SubqueryKind,
        plan: &Plan,
        (width, reads): (Slot, &[Slot]),
        worker: &mut Worker<'_>,
    ) -> Result<Value, Failure> {
        let mut argument = self.batch.gather_live(&[self.row as u32], &Live::of_slots(reads.iter().copied()));
        argument.columns.resize(width, Vector::Unset);
        for (place, local) in self.locals.iter().enumerate() {
            argument.set(width + place, [local.clone()].into_iter().collect());
        }
        // What the rows inside rest on is told apart from what the row around rests on already.
        if let Some(lineage) = &mut argument.lineage {
            lineage.fill(LineageId::NONE);
        }
        let live = Live::of_slots((kind == SubqueryKind::Collect).then_some(0));
        let mut operator = build_for(plan, Given::argument(&argument), worker, live);
        let (mut count, mut values) = (0, Vec::new());
        let mut held = worker.query.limits.reservation();
        let mut is_empty = true;
        while let Some(batch) = operator.next(worker)? {
            worker.query.limits.checkpoint()?;
            is_empty = false;
            if worker.query.lineage {
                // Any one row suffices for something to exist; what is counted or collected needs every row.
                let needed = if kind == SubqueryKind::Exists { 1 } else { batch.len };
                for row in 0..needed {
                    self.evidence = worker.join(self.evidence, batch.lineage(row));
                }
            }
            match kind {
                SubqueryKind::Exists => return Ok(Value::Bool(true)),
                SubqueryKind::Count => count += batch.len as i64,
                SubqueryKind::Collect => {
                    held.grow(batch.len * size_of::<Value>())?;
                    values.extend((0..batch.len).map(|row| batch.get(0, row)));
                }
            }
        }
        worker.lineage.absent |= is_empty && worker.query.lineage;
        worker.absent |= is_empty;
        Ok(match kind {
            SubqueryKind::Exists => Value::Bool(false),
            SubqueryKind::Count => Value::Int(count),
            SubqueryKind::Collect => Value::list(values),
        })
    }
}

fn text(operator: &str, a: &Value, b: &Value, patterns: &Patterns) -> Result<Value, Failure> {
    let (Value::Text(a), Value::Text(b)) = (a, b) else { return Ok(Value::Null) };
    Ok(Value::Bool(match operator {
        "STARTS WITH" => a.starts_with(b.as_ref()),
        "ENDS WITH" => a.ends_with(b.as_ref()),
        "CONTAINS" => a.contains(b.as_ref()),
        _ => patterns.get(b)?.is_match(a.as_bytes()),
    }))
}

/// Whether an expression gives the same value, in the same place, for every row.
pub(super) fn is_lasting(expr: &Expr) -> bool {
    match expr {
        Expr::Placed(of, _) => is_lasting(of),
        Expr::Constant(_) | Expr::Parameter(_) => true,
        _ => false,
    }
}

/// The elements of a list; none of null, one of any other value.
pub(super) fn elements(value: Value) -> Arc<[Value]> {
    match value {
        Value::Null => Arc::default(),
        Value::List(list) => list,
        other => Arc::new([other]),
    }
}

pub(super) fn property(of: &Value, key: &str, worker: &Worker<'_>) -> Result<Value, Failure> {
    let view = worker.view();
    let stored = |entity| {
        if view.snapshot().is_gone(entity) {
            return Err(Failure::Value(code::DELETED_ENTITY, format!("`.{key}` was asked of something deleted")));
        }
        Ok(view.snapshot().catalog().key(key).map_or(Value::Null, |key| view.property(entity, key)))
    };
    match of {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => stored(Entity::Node(*node)),
        Value::Rel(rel) => stored(Entity::Rel(*rel)),
        Value::Map(map) => Ok(map.get(key).cloned().unwrap_or_default()),
        Value::Date(_)
        | Value::LocalTime(_)
        | Value::Time(_)
        | Value::LocalDateTime(_)
        | Value::DateTime(_)
        | Value::Duration(_) => match value::component(of, key) {
            Some(component) => Ok(component.map_err(ArithmeticError::from)?),
            None => Err(Failure::Value(code::PROPERTY_ACCESS, format!("{} has no component `{key}`", of.described()))),
        },
        other @ (Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Path(_)) => Err(Failure::Value(
            code::PROPERTY_ACCESS,
            format!(
                "`.{key}` was asked of {}; expected a node, a relationship, a map, or a date, time or duration",
                other.described()
            ),
        )),
    }
}

pub(super) fn index(of: &Value, at: &Value, worker: &Worker<'_>) -> Result<Value, Failure> {
    match (of, at) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::List(list), Value::Int(at)) => {
            let place = if *at < 0 { at + list.len() as i64 } else { *at };
            Ok(usize::try_from(place).ok().and_then(|place| list.get(place)).cloned().unwrap_or_default())
        }
        (Value::List(_), other) => Err(Failure::Value(
            code::LIST_ELEMENT_ACCESS,
            format!("a list is indexed by whole numbers, not by {}", other.described()),
        )),
        (Value::Map(_) | Value::Node(_) | Value::Rel(_), Value::Text(key)) => property(of, key, worker),
        (Value::Map(_) | Value::Node(_) | Value::Rel(_), other) => Err(Failure::Value(
            code::MAP_ELEMENT_ACCESS,
            format!("{} is indexed by text, not by {}", of.described(), other.described()),
        )),
        (other, _) => Err(Failure::Value(
            code::INVALID_ELEMENT_ACCESS,
            format!("{} has no elements; expected a list or a map", other.described()),
        )),
    }
}

pub(super) fn slice(of: &Value, from: Option<Value>, to: Option<Value>) -> Result<Value, Failure> {
    let list = match of {
        Value::Null => return Ok(Value::Null),
        Value::List(list) => list,
        other => return Err(type_error(format!("`[a..b]` cuts a list, found {}", other.described()))),
    };
    let n = list.len() as i64;
    let bound = |value: Option<Value>, default: i64| match value {
        None => Ok(Some(default)),
        Some(Value::Null) => Ok(None),
        Some(Value::Int(at)) => Ok(Some((if at < 0 { at + n } else { at }).clamp(0, n))),
        Some(other) => {
            Err(type_error(format!("a bound of `[a..b]` is {}; expected a whole number", other.described())))
        }
    };
    let (Some(from), Some(to)) = (bound(from, 0)?, bound(to, n)?) else { return Ok(Value::Null) };
    Ok(Value::list(list.iter().skip(from as usize).take((to - from).max(0) as usize).cloned()))
}

fn has_labels(of: &Value, test: &LabelTest, worker: &Worker<'_>) -> Result<Value, Failure> {
    let snapshot = worker.view().snapshot();
    let catalog = snapshot.catalog();
    match of {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => {
            let labels = snapshot.labels(*node);
            let has = |name: &str| catalog.label(name).is_some_and(|label| labels.contains(&label));
            Ok(Value::Bool(test.holds(&has, !labels.is_empty())))
        }
        Value::Rel(rel) => {
            let (rel_type, ..) = snapshot.rel(*rel);
            let name = catalog.type_name(rel_type);
            Ok(Value::Bool(test.holds(&|other: &str| **name == *other, true)))
        }
        other => Err(type_error(format!("{} has no labels; expected a node or a relationship", other.described()))),
    }
}
