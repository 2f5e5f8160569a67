//! Groups and distinct rows.
//!
//! Hold their groups, and reserve them. Order: by the first row of each. Lineage: a distinct row merges its copies, because
//! either suffices; a group joins its rows, because its aggregate needs them all (in a definition it merges them, because
//! each row derives the relationship by itself).

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::function::{self, Accumulator};
use crate::graph::{Cell, Cells};
use crate::limits::Reservation;
use crate::plan::{Aggregate, Expr};
use crate::value::{NodeId, Value, order};

use super::batch::Parts;
use super::{Batch, Failure, Input, LineageId, Operator, Vector, Worker, columnwise, row};

/// Values that are one group when each is equivalent.
#[derive(Clone, Debug)]
struct Key(Vec<Value>);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().zip(&other.0).map(|(a, b)| order(a, b)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    }
}
impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Key {}

fn bytes(values: &[Value]) -> usize {
    values.iter().map(Value::bytes).sum::<usize>() + 48
}

/// Keys by number, in the order in which they came. One that is a text or a node is looked up as such; any other by the order of
/// values, in which equivalent ones are equal.
#[derive(Default)]
struct Numbers {
    texts: FxHashMap<Arc<str>, u32>,
    nodes: FxHashMap<NodeId, u32>,
    keys: BTreeMap<Key, u32>,
}

impl Numbers {
    /// The number of a row's key; `next`, which it has from now on, where it is new.
    fn of(&mut self, keys: &[Vector], row: usize, next: u32) -> u32 {
        match keys {
            [Vector::Texts(texts)] => self.of_text(&texts[row], next),
            [Vector::Nodes(nodes)] => *self.nodes.entry(nodes[row]).or_insert(next),
            // What is texts or nodes only in one batch stands beside other values in another.
            [Vector::Values(values)] => match &values[row] {
                Value::Text(text) => self.of_text(text, next),
                Value::Node(node) => *self.nodes.entry(*node).or_insert(next),
                other => *self.keys.entry(Key(vec![other.clone()])).or_insert(next),
            },
            _ => *self.keys.entry(Key(values(keys, row))).or_insert(next),
        }
    }

    /// The numbers of the values of nodes, and the values that are new.
    fn of_runs(&mut self, nodes: &[NodeId], cells: Cells<'_>) -> (Vec<u32>, Vec<Vec<Value>>) {
        let (mut numbers, mut new) = (Vec::with_capacity(nodes.len()), Vec::new());
        let mut last: Option<(NodeId, u32)> = None;
        for node in nodes {
            let number = match last {
                Some((other, number)) if other == *node => number,
                _ => {
                    let (cell, next) = (cells.node(*node), self.len());
                    let number = match cell {
                        Cell::Text(text) => self.of_text(text, next),
                        other => *self.keys.entry(Key(vec![other.into()])).or_insert(next),
                    };
                    if number == next {
                        new.push(vec![cell.into()]);
                    }
                    number
                }
            };
            last = Some((*node, number));
            numbers.push(number);
        }
        (numbers, new)
    }

    fn of_text(&mut self, text: &Arc<str>, next: u32) -> u32 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        self.texts.insert(text.clone(), next);
        next
    }

    fn len(&self) -> u32 {
        (self.texts.len() + self.nodes.len() + self.keys.len()) as u32
    }
}

/// What the numbers of a batch come to, where that stands for each of them.
fn at_once(aggregate: &Aggregate, arguments: &[Vector]) -> Option<Value> {
    let [Vector::Ints(values)] = arguments else { return None };
    match aggregate.function.as_str() {
        "max" => values.iter().max().map(|value| Value::Int(*value)),
        "min" => values.iter().min().map(|value| Value::Int(*value)),
        "sum" if !aggregate.distinct => {
            values.iter().try_fold(0_i64, |sum, value| sum.checked_add(*value)).map(Value::Int)
        }
        _ => None,
    }
}

fn values(columns: &[Vector], row: usize) -> Vec<Value> {
    columns.iter().map(|column| column.get(row)).collect()
}

/// One row per group.
pub(super) struct Group<'p> {
    input: Input<'p>,
    keys: &'p [Expr],
    aggregates: &'p [Aggregate],
    lasting: bool,
    given: Option<(Parts, Reservation)>,
}

/// An aggregate in the making.
struct Tally {
    /// `count(*)` has none.
    accumulator: Option<Box<dyn Accumulator>>,
    count: i64,
    /// What was counted, where equal arguments count once.
    seen: Numbers,
    /// The same by the numbers of texts in a stored column, as long as all come from there.
    codes: Option<Codes>,
}

/// Texts of one column by their numbers.
enum Codes {
    /// Of the group of all rows.
    Bits(Vec<u64>),
    /// Of one of many groups.
    Few(FxHashSet<u32>),
}

impl Codes {
    /// Whether it is new.
    fn insert(&mut self, code: u32) -> bool {
        match self {
            Codes::Few(codes) => codes.insert(code),
            Codes::Bits(bits) => {
                let (word, bit) = ((code / 64) as usize, 1 << (code % 64));
                if bits.len() <= word {
                    bits.resize(word + 1, 0);
                }
                let is_new = bits[word] & bit == 0;
                bits[word] |= bit;
                is_new
            }
        }
    }

    fn has(&self, code: u32) -> bool {
        match self {
            Codes::Few(codes) => codes.contains(&code),
            Codes::Bits(bits) => bits.get((code / 64) as usize).is_some_and(|word| word >> (code % 64) & 1 == 1),
        }
    }
}

impl Tally {
    /// Takes a text by its number among these; gives the bytes that are held for it.
    fn add_code(&mut self, code: u32, texts: &[Arc<str>]) -> usize {
        let is_new = match &mut self.codes {
            Some(codes) => codes.insert(code),
            None => {
                let next = self.seen.len();
                self.seen.of_text(&texts[code as usize], next) == next
            }
        };
        self.count += i64::from(is_new);
        if is_new { size_of::<u32>() } else { 0 }
    }

    /// From now on what is counted comes from elsewhere too: remembers the texts themselves.
    fn spell_out(&mut self, texts: &[Arc<str>]) {
        let Some(codes) = self.codes.take() else { return };
        for (text, _) in texts.iter().zip(0..).filter(|(_, code)| codes.has(*code)) {
            let next = self.seen.len();
            self.seen.of_text(text, next);
        }
    }

    /// The value of the group.
    fn finish(self) -> Value {
        self.accumulator.map_or(Value::Int(self.count), Accumulator::finish)
    }

    /// Takes the arguments of a row; gives the bytes that are held for them.
    fn add(&mut self, aggregate: &Aggregate, arguments: &[Vector], row: usize) -> Result<usize, Failure> {
        let first = arguments.first().map(|column| column.get(row));
        if first.as_ref().is_some_and(Value::is_null) {
            return Ok(0);
        }
        let mut held = 0;
        if aggregate.distinct {
            let next = self.seen.len();
            if self.seen.of(arguments, row, next) != next {
                return Ok(0);
            }
            held += first.as_ref().map_or(0, Value::bytes) + 48;
        }
        self.count += 1;
        if let (Some(accumulator), Some(first)) = (&mut self.accumulator, first) {
            held += first.bytes();
            let added = match arguments {
                [_] => accumulator.add(&[first]),
                several => accumulator.add(&values(several, row)),
            };
            added.map_err(|wrong| Failure::from(wrong).at(aggregate.place.0))?;
        }
        Ok(held)
    }
}

impl<'p> Group<'p> {
    /// `lasting`: the input changes nothing.
    pub(super) fn new(input: Input<'p>, keys: &'p [Expr], aggregates: &'p [Aggregate], lasting: bool) -> Self {
        Self { input, keys, aggregates, lasting, given: None }
    }

    /// The texts that a distinct count is given, by their numbers.
    fn codes(&self, aggregate: &Aggregate, batch: &Batch, worker: &Worker<'_>) -> Option<Vec<Option<u32>>> {
        match aggregate.arguments.as_slice() {
            [argument] if self.is_coded(aggregate) => Some(columnwise::codes(argument, batch, worker)?.0),
            _ => None,
        }
    }

    fn is_coded(&self, aggregate: &Aggregate) -> bool {
        self.lasting && aggregate.distinct && aggregate.function == "count"
    }

    /// An aggregate of a new group.
    fn tally(&self, aggregate: &Aggregate) -> Tally {
        let is_coded = self.is_coded(aggregate);
        Tally {
            // What is counted by number is counted here.
            accumulator: function::aggregate(&aggregate.function)
                .filter(|_| !is_coded)
                .map(|function| (function.start)()),
            count: 0,
            seen: Numbers::default(),
            codes: is_coded
                .then(|| if self.keys.is_empty() { Codes::Bits(Vec::new()) } else { Codes::Few(FxHashSet::default()) }),
        }
    }

    fn gather(&mut self, worker: &mut Worker<'_>) -> Result<(Parts, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        let mut n_groups = usize::from(self.keys.is_empty());
        let mut numbers = Numbers::default();
        // By key or aggregate, then by group.
        let mut keys_of: Vec<Vec<Value>> = vec![Vec::new(); self.keys.len()];
        let begun = |aggregate| (0..n_groups).map(|_| self.tally(aggregate)).collect();
        let mut tallies: Vec<Vec<Tally>> = self.aggregates.iter().map(begun).collect();
        // What the rows of each group rest on.
        let mut rest_on: Vec<Vec<LineageId>> = vec![Vec::new(); n_groups];
        let mut none = self.keys.is_empty();
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            none &= batch.len == 0;
            let mut evidence = vec![LineageId::NONE; if worker.query.lineage { batch.len } else { 0 }];
            let mut columns = |exprs: &[Expr], worker: &mut Worker<'_>| -> Result<Vec<Vector>, Failure> {
                let column = |expr: &Expr| {
                    let (column, more) = row::column(&batch, expr, worker)?;
                    for (id, more) in evidence.iter_mut().zip(more) {
                        *id = worker.join(*id, more);
                    }
                    Ok(column)
                };
                exprs.iter().map(column).collect()
            };
            // Of a property of nodes, which often come one after the other, a key is looked up when the node changes.
            let by_node = match self.keys {
                [key] => columnwise::of_nodes(key, &batch, worker).map(|(nodes, cells)| numbers.of_runs(nodes, cells)),
                _ => None,
            };
            let keys = if by_node.is_some() { Vec::new() } else { columns(self.keys, worker)? };
            let codes: Vec<Option<Vec<Option<u32>>>> =
                self.aggregates.iter().map(|aggregate| self.codes(aggregate, &batch, worker)).collect();
            let arguments: Vec<Vec<Vector>> = self
                .aggregates
                .iter()
                .zip(&codes)
                .map(
                    |(aggregate, codes)| {
                        if codes.is_some() { Ok(Vec::new()) } else { columns(&aggregate.arguments, worker) }
                    },
                )
                .collect::<Result<_, _>>()?;
            // Which group each row is of.
            let (mut of, mut new) = by_node.unwrap_or_else(|| (vec![0; batch.len], Vec::new()));
            if !keys.is_empty() {
                for (row, of) in of.iter_mut().enumerate() {
                    let next = numbers.len();
                    *of = numbers.of(&keys, row, next);
                    if *of == next {
                        new.push(values(&keys, row));
                    }
                }
            }
            for key in new {
                held.grow(bytes(&key) + self.aggregates.len() * 64)?;
                n_groups += 1;
                keys_of.iter_mut().zip(key).for_each(|(keys, value)| keys.push(value));
                tallies.iter_mut().zip(self.aggregates).for_each(|(of, aggregate)| of.push(self.tally(aggregate)));
            }
            rest_on.resize(if worker.query.lineage { n_groups } else { 0 }, Vec::new());
            for (((aggregate, arguments), codes), tallies) in
                self.aggregates.iter().zip(&arguments).zip(&codes).zip(&mut tallies)
            {
                let mut more = 0;
                if let Some(codes) = codes {
                    let texts = columnwise::texts_of(&aggregate.arguments[0], worker);
                    for (of, code) in of.iter().zip(codes) {
                        if let Some(code) = code {
                            more += tallies[*of as usize].add_code(*code, texts);
                        }
                    }
                    held.grow(more)?;
                    continue;
                }
                if self.keys.is_empty() && aggregate.arguments.is_empty() {
                    tallies[0].count += batch.len as i64;
                    continue;
                }
                if self.keys.is_empty()
                    && let Some(most) = at_once(aggregate, arguments)
                {
                    held.grow(tallies[0].add(aggregate, &[[most].into_iter().collect()], 0)?)?;
                    continue;
                }
                for (row, of) in of.iter().enumerate() {
                    let tally = &mut tallies[*of as usize];
                    if tally.codes.is_some() {
                        tally.spell_out(columnwise::texts_of(&aggregate.arguments[0], worker));
                    }
                    if arguments.is_empty() {
                        tally.count += 1;
                    } else {
                        more += tally.add(aggregate, arguments, row)?;
                    }
                }
                held.grow(more)?;
            }
            if worker.query.lineage {
                for (row, of) in of.iter().enumerate() {
                    held.grow(size_of::<LineageId>())?;
                    rest_on[*of as usize].push(worker.join(batch.lineage(row), evidence[row]));
                }
            }
        }
        worker.counted_none |= none;
        let finished = tallies.into_iter().map(|of| of.into_iter().map(Tally::finish).collect());
        let columns = keys_of.into_iter().map(Vector::from_iter).chain(finished).collect();
        let lineage = worker.query.lineage.then(|| {
            let joined = rest_on.iter().map(|rows| match rows.as_slice() {
                [] => LineageId::NONE,
                // Each row of a definition derives by itself; an aggregate needs them all.
                rows if worker.query.alternatives => worker.any(rows),
                rows => worker.all(rows),
            });
            joined.collect()
        });
        Ok((Parts::new(Batch { len: n_groups, columns, lineage }), held))
    }
}

impl Operator for Group<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if self.given.is_none() {
            self.given = Some(self.gather(worker)?);
        }
        // Groups may have no column at all (`count(*)` of nothing asked): they are still rows.
        Ok(self.given.as_mut().and_then(|(given, _)| given.next(worker.query.batch)))
    }
}

/// Equal rows once.
pub(super) struct Distinct<'p> {
    input: Input<'p>,
    seen: Numbers,
    held: Option<Reservation>,
    /// With lineage: all of them.
    given: Option<Parts>,
}

impl<'p> Distinct<'p> {
    pub(super) fn new(input: Input<'p>) -> Self {
        Self { input, seen: Numbers::default(), held: None, given: None }
    }

    /// With lineage every copy has to be seen before the first can be given.
    fn gather(&mut self, worker: &mut Worker<'_>) -> Result<Batch, Failure> {
        let mut all = Batch::default();
        // Row by row: which of the different rows it is, and what it rests on.
        let (mut numbers, mut ids) = (Vec::<u32>::new(), Vec::new());
        let held = self.held.get_or_insert_with(|| worker.query.limits.reservation());
        while let Some(mut batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            let mut new = Vec::new();
            for row in 0..batch.len {
                let next = self.seen.len();
                let number = self.seen.of(&batch.columns, row, next);
                if number == next {
                    new.push(row as u32);
                }
                numbers.push(number);
            }
            let rests_on = batch.lineage.take().unwrap_or_default();
            held.grow(rests_on.len() * (size_of::<LineageId>() + size_of::<u32>()))?;
            ids.extend(rests_on);
            let new = batch.gather(&new);
            let values = |row| new.columns.iter().map(|column| column.get(row).bytes()).sum::<usize>() + 48;
            held.grow(2 * (0..new.len).map(values).sum::<usize>())?;
            all.append(new);
        }
        // The copies of each, side by side.
        let mut ends = vec![0_usize; all.len];
        for number in &numbers {
            ends[*number as usize] += 1;
        }
        let mut so_far = 0;
        for end in &mut ends {
            so_far += std::mem::replace(end, so_far);
        }
        let mut copies = vec![LineageId::NONE; ids.len()];
        for (number, id) in numbers.into_iter().zip(ids) {
            let place = &mut ends[number as usize];
            copies[*place] = id;
            *place += 1;
        }
        let mut from = 0;
        let merged = ends.into_iter().map(|end| worker.any(&copies[std::mem::replace(&mut from, end)..end]));
        all.lineage = Some(merged.collect());
        Ok(all)
    }
}

impl Operator for Distinct<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if worker.query.lineage {
            if self.given.is_none() {
                self.given = Some(Parts::new(self.gather(worker)?));
            }
            return Ok(self.given.as_mut().and_then(|given| given.next(worker.query.batch)));
        }
        let mut held = self.held.take().unwrap_or_else(|| worker.query.limits.reservation());
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            let (mut kept, mut more) = (Vec::new(), 0);
            for row in 0..batch.len {
                let next = self.seen.len();
                if self.seen.of(&batch.columns, row, next) == next {
                    more += batch.columns.iter().map(|column| column.get(row).bytes()).sum::<usize>() + 48;
                    kept.push(row as u32);
                }
            }
            held.grow(more)?;
            if !kept.is_empty() {
                self.held = Some(held);
                return Ok(Some(batch.gather(&kept)));
            }
        }
        Ok(None)
    }
}
