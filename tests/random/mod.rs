//! A random graph as a plain list of statements, and changes to it: the oracle of drafts and frames.

use portolan::graph::{
    Builder, ChainEntry, Change, End, Entity, LabelDef, Meta, Modality, NewEntry, NewNode, NewRel, RelDef, Schema,
    Snapshot, Start, State, Validity, WrittenPeriod,
};
use portolan::value::{Date, Day, NodeId, RelId, Value};

/// Periods, statuses and known days lie between day 0 and this one.
pub const LAST_DAY: i32 = 15;

/// One random change; its numbers are taken modulo what there is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    pub kind: u8,
    pub a: u8,
    pub b: u8,
    pub from: u8,
    pub days: u8,
    pub learnt: u8,
    pub mood: u8,
}

impl From<[u8; 7]> for Step {
    fn from([kind, a, b, from, days, learnt, mood]: [u8; 7]) -> Self {
        Self { kind, a, b, from, days, learnt, mood }
    }
}

/// Nodes, relationships and chain entries in the order they came; what was deleted leaves a hole.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub nodes: Vec<Option<NewNode>>,
    pub rels: Vec<Option<NewRel>>,
    pub entries: Vec<NewEntry>,
    /// Numbers of relationships, which are sorted when a graph is built.
    rel_ids: Vec<RelId>,
    made: usize,
}

impl Model {
    /// Makes a change, where it can be made, and says it as a draft takes it.
    pub fn change(&mut self, step: Step) -> Option<Change> {
        match step.kind % 8 {
            0 => {
                let lasting = Meta { validity: Validity::Always, ..Meta::default() };
                let meta = if step.kind.is_multiple_of(3) { lasting } else { meta(step) };
                let labels = [vec!["A"], vec!["B"], vec!["A", "C"], vec!["Measure"]][step.a as usize % 4].clone();
                let id = format!("n{}", self.made);
                let properties = vec![("p".to_owned(), Value::Int(i64::from(step.b % 4)))];
                let labels = labels.into_iter().map(str::to_owned).collect();
                let node = NewNode { id, labels, properties, meta, ..NewNode::default() };
                self.made += 1;
                self.nodes.push(Some(node.clone()));
                Some(Change::CreateNode(node))
            }
            1..=3 => {
                // All of FIXED hold always, and so do their ends.
                let is_fixed = step.kind.is_multiple_of(3);
                let pick = if is_fixed { Self::pick_lasting } else { Self::pick };
                let (start, end) = (pick(self, step.a)?, pick(self, step.b)?);
                let kind = if is_fixed { "FIXED" } else { ["R", "S", "COVERS"][step.kind as usize % 8 - 1] }.to_owned();
                let meta = if is_fixed { Meta { validity: Validity::Always, ..Meta::default() } } else { meta(step) };
                let properties = vec![("q".to_owned(), Value::from(i64::from(step.b)))];
                let rel = NewRel { kind, start, end, properties, histories: vec![], meta };
                self.rel_ids.push(RelId(self.rels.len() as u32));
                self.rels.push(Some(rel.clone()));
                Some(Change::CreateRel(rel))
            }
            4 => {
                let node = self.pick(step.a)?;
                let value =
                    [Value::Null, Value::Int(i64::from(step.days)), Value::from("x")][step.b as usize % 3].clone();
                let key = ["p", "new"][step.mood as usize % 2].to_owned();
                let properties = &mut self.nodes[node.0 as usize].as_mut()?.properties;
                properties.retain(|(other, _)| *other != key);
                properties.push((key.clone(), value.clone()));
                Some(Change::SetProperty { of: Entity::Node(node), key, value })
            }
            5 => {
                let (node, on) = (self.pick(step.a)?, step.b.is_multiple_of(2));
                let label = ["A", "B", "C", "D"][step.days as usize % 4].to_owned();
                let labels = &mut self.nodes[node.0 as usize].as_mut()?.labels;
                if on {
                    labels.push(label.clone());
                } else {
                    let schema = schema();
                    // A broader label that stays has to be written once its narrower one is gone.
                    let all: Vec<String> = labels.iter().flat_map(|name| schema.closure(name)).collect();
                    *labels = all.into_iter().filter(|name| !schema.closure(name).contains(&label)).collect();
                }
                Some(Change::SetLabel { node, label, on })
            }
            6 => {
                let node = self.pick(step.a)?;
                let at_node = |rel: &NewRel| rel.start == node || rel.end == node;
                let rel = self.rels.iter().position(|rel| rel.as_ref().is_some_and(at_node));
                if let Some(rel) = rel {
                    self.rels[rel] = None;
                    return Some(Change::Delete(Entity::Rel(self.rel_ids[rel])));
                }
                if self.entries.iter().any(|entry| entry.entry.by == Some(node)) {
                    return None;
                }
                self.nodes[node.0 as usize] = None;
                self.entries.iter_mut().for_each(|entry| entry.of.retain(|other| *other != node));
                self.entries.retain(|entry| !entry.of.is_empty());
                Some(Change::Delete(Entity::Node(node)))
            }
            _ => {
                let mut of = vec![self.pick(step.a)?];
                of.extend(self.pick(step.b).filter(|other| *other != of[0]));
                let state = State::ALL[step.kind as usize / 8 % State::ALL.len()];
                let end = if step.days.is_multiple_of(3) {
                    End::Unknown
                } else {
                    End::Until(day(step.from.wrapping_add(step.days)))
                };
                let entry = ChainEntry {
                    state,
                    on: day(step.from),
                    end,
                    by: self.pick(step.mood).filter(|_| step.mood.is_multiple_of(4)),
                    de_facto: false,
                    part: None,
                    assumed: false,
                    meta: meta(step),
                };
                let entry = NewEntry { of, entry };
                self.entries.push(entry.clone());
                Some(Change::AddStatus(entry))
            }
        }
    }

    fn pick(&self, number: u8) -> Option<NodeId> {
        let there: Vec<usize> = (0..self.nodes.len()).filter(|at| self.nodes[*at].is_some()).collect();
        if there.is_empty() { None } else { Some(NodeId(there[number as usize % there.len()] as u32)) }
    }

    /// A node that holds always.
    fn pick_lasting(&self, number: u8) -> Option<NodeId> {
        let lasts = |node: &NewNode| node.meta == Meta { validity: Validity::Always, ..Meta::default() };
        let there: Vec<usize> =
            (0..self.nodes.len()).filter(|at| self.nodes[*at].as_ref().is_some_and(lasts)).collect();
        (!there.is_empty()).then(|| NodeId(there[number as usize % there.len()] as u32))
    }

    /// The graph, built anew; holes are closed.
    pub fn build(&self) -> Snapshot {
        let whole = self.clone().renumbered();
        let mut builder = Builder::new(schema());
        whole.nodes.into_iter().flatten().for_each(|node| assert!(builder.node(node).is_ok()));
        whole.rels.into_iter().flatten().for_each(|rel| builder.rel(rel));
        whole.entries.into_iter().for_each(|entry| builder.status(entry));
        builder.finish()
    }

    /// The same statements with the numbers that [`Model::build`] gives them.
    pub fn renumbered(self) -> Self {
        let mut numbers = vec![NodeId(u32::MAX); self.nodes.len()];
        let mut nodes = Vec::new();
        for (old, node) in self.nodes.into_iter().enumerate() {
            if node.is_some() {
                numbers[old] = NodeId(nodes.len() as u32);
                nodes.push(node);
            }
        }
        let new = |node: NodeId| numbers[node.0 as usize];
        let mut rels: Vec<NewRel> = self.rels.into_iter().flatten().collect();
        for rel in &mut rels {
            (rel.start, rel.end) = (new(rel.start), new(rel.end));
        }
        // As the builder numbers them: types in the order they came, then by start and end.
        let mut kinds: Vec<String> = Vec::new();
        for rel in &rels {
            if !kinds.contains(&rel.kind) {
                kinds.push(rel.kind.clone());
            }
        }
        let place = |kind: &String| kinds.iter().position(|other| other == kind);
        rels.sort_by_key(|rel| (place(&rel.kind), rel.start, rel.end));
        let mut entries = self.entries;
        for entry in &mut entries {
            entry.of.iter_mut().for_each(|node| *node = new(*node));
            entry.entry.by = entry.entry.by.map(new);
        }
        let rel_ids = (0..rels.len() as u32).map(RelId).collect();
        Self { nodes, rels: rels.into_iter().map(Some).collect(), entries, rel_ids, made: self.made }
    }
}

fn schema() -> Schema {
    let label = |is: &[&str]| LabelDef { is: is.iter().map(ToString::to_string).collect(), ..LabelDef::default() };
    let covers = RelDef { in_force: true, ..RelDef::default() };
    Schema {
        labels: [("C".to_owned(), label(&["B"])), ("B".to_owned(), label(&["D"]))].into_iter().collect(),
        relationships: [("COVERS".to_owned(), covers)].into_iter().collect(),
        ..Schema::default()
    }
}

fn day(number: u8) -> Date {
    Date::exact(Day(i32::from(number) % LAST_DAY))
}

fn meta(step: Step) -> Meta {
    let from = if step.from.is_multiple_of(5) { Start::Unknown } else { Start::On(day(step.from)) };
    let to =
        if step.days.is_multiple_of(3) { End::Unknown } else { End::Until(day(step.from.wrapping_add(step.days))) };
    let validity = match step.mood % 6 {
        0 => Validity::Unknown,
        1 => Validity::Always,
        _ => Validity::In(vec![WrittenPeriod { from, to }]),
    };
    Meta {
        validity,
        learnt: (!step.learnt.is_multiple_of(3)).then(|| day(step.learnt)),
        modality: Modality::ALL[[0, 0, 0, 0, 2, 3][step.mood as usize / 6 % 6]],
        negated: step.mood.is_multiple_of(31),
        deprecated: step.mood.is_multiple_of(23),
        ..Meta::default()
    }
}
