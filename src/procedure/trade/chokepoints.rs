//! Through what all ways of a material to its users lead.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Cut, Cuts, Direction, GraphView, ValidTime};
use crate::procedure::graph::{dominators_of, node_cut};
use crate::procedure::{Context, Field, Procedure, ProcedureError, Rows, Run, Type, argument, column};
use crate::value::{NodeId, Value};

use super::denial::Denials;
use super::{Reading, lens};

/// Sets of materials and goods without which companies would not be reached by a material on a day: every way from the material to the
/// company, over what it is in (`CONTAINS`, `BROADER`, `NEEDS`) and who uses or makes that (`USES`, `MAKES`), passes one of them.
///
/// First each good alone that all ways to some company pass; `lost` are the companies that only this one connects, `users` how many companies
/// the material reaches at all. The good that most depend on first, then by name. Then, where no good alone cuts all companies off, the fewest
/// that do together, `lost` being all users; of several such sets the one nearest to the material. There is none, and no row, where a company
/// uses, makes or needs the material itself: no good is between them.
///
/// Denials win as for `trade.exposure`: that a company does not use, make or rely on something closes its ways over it, that goods do not
/// contain something, need it or are of its kind those over both. A set always cuts off all; but where denials close ways of some companies
/// that others have, or ways over two goods of which each is on an open one, fewer may do: it is taken of the relationships on open ways, and
/// these may join to ways that are not open.
///
/// Of the least set of relationships whose loss separates a material from one company, `graph.min_cut` tells. What the record does not say of
/// suppliers is no way: shares of a country in the supply are figures, for `trade.concentration`. The frame's known day and moods hold; its
/// valid time gives way to `day`.
///
/// # Errors
/// An id that no node has; what is no day.
///
/// # Source
/// Goods alone are immediate dominators, as of `graph.dominators`. As few nodes cut off as there are ways that share none: Menger, "Zur
/// allgemeinen Kurventheorie", Fundamenta Mathematicae 10, 1927; found as `graph.min_cut` (Ford and Fulkerson 1956), with nodes as edges.
pub(in crate::procedure) static CHOKEPOINTS: Procedure = Procedure {
    name: Cow::Borrowed("trade.chokepoints"),
    arguments: Cow::Borrowed(&[MATERIAL, DAY]),
    yields: Cow::Borrowed(&[NODES, LOST, USERS]),
    summary: Cow::Borrowed(
        "Sets of goods of which every way from a material to some companies passes one on a day: with each the companies that are lost without it, and how many the material reaches.",
    ),
    notes: Cow::Borrowed(
        "First goods alone: immediate dominators (Lengauer and Tarjan 1979) over `CONTAINS`, `BROADER`, `NEEDS`, `USES` and `MAKES`. Then, where none of them cuts off all companies, one row of the fewest goods that do together (Menger 1927, found as `graph.min_cut` by Ford and Fulkerson 1956), of equally small sets the one nearest to the material; no such row where a company uses, makes or needs the material itself, for no good is between. What a company is said not to use or make, or goods not to contain, is no way to it; where that closes ways to some companies only, fewer goods than those of the last row may do. Of the least set of relationships between two nodes `graph.min_cut` tells.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.chokepoints('lutetium', '2026-01-01') YIELD nodes, lost RETURN collect([[n IN nodes | n.name], size(lost)])",
        ),
        Cow::Borrowed(
            "[[['lutetium oxyorthosilicate crystal'], 1], [['lutetium-177 radiopharmaceutical'], 1], [['lutetium oxyorthosilicate crystal', 'lutetium-177 radiopharmaceutical'], 2]]",
        ),
    ),
    run: Run::Built(chokepoints),
};
const MATERIAL: Field = column("material", Type::Any);
const DAY: Field = column("day", Type::Any);
const NODES: Field = column("nodes", Type::List);
const LOST: Field = column("lost", Type::List);
const USERS: Field = column("users", Type::Integer);

const WAYS: [&str; 5] = ["CONTAINS", "BROADER", "NEEDS", "USES", "MAKES"];

fn chokepoints(values: &[Value], context: &Context<'_>) -> Rows {
    let material = argument::node(&CHOKEPOINTS, 0, values, context)?;
    let lens = lens(context, ValidTime::AsOf(argument::day(&CHOKEPOINTS, 1, values)?));
    let view = GraphView::new(context.view.snapshot(), &lens);
    let reading = Reading(view);
    let catalog = view.snapshot().catalog();
    let types = WAYS.iter().filter_map(|name| catalog.rel_type(name)).collect();
    let cut = Cut { types, direction: Direction::In, ..Cut::default() };
    let on_the_day = Context { view, cuts: &Cuts::default(), ..*context };
    let denials = Denials::of_goods(reading, &["CONTAINS", "NEEDS", "BROADER"]);
    let supply = Supply { reading, material, cut, denials, context: &on_the_day };
    let dominators = supply.dominators(BTreeSet::new())?;
    let mut lost: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    let mut users = BTreeSet::new();
    for company in dominators.keys().filter(|node| reading.is(**node, "Company")) {
        context.limits.checkpoint()?;
        let Some(passed) = supply.passed(*company, &dominators)? else { continue };
        users.insert(*company);
        for node in passed {
            lost.entry(node).or_default().insert(*company);
        }
    }
    let mut found: Vec<(NodeId, Vec<NodeId>)> =
        lost.into_iter().map(|(node, lost)| (node, lost.into_iter().collect())).collect();
    found.sort_by_cached_key(|(node, lost)| (std::cmp::Reverse(lost.len()), reading.name(*node)));
    let cuts_all = found.first().is_some_and(|(_, lost)| lost.len() == users.len());
    let cut = if cuts_all || users.is_empty() { None } else { supply.cut(&users, &dominators)? };
    let alone = found.into_iter().map(|(node, lost)| (vec![node], lost));
    let named = |mut nodes: Vec<NodeId>| {
        nodes.sort_by_cached_key(|node| reading.name(*node));
        Value::list(nodes.into_iter().map(Value::Node))
    };
    let n_users = Value::Int(users.len() as i64);
    let rows = alone.chain(cut.map(|nodes| (nodes, users.into_iter().collect())));
    Ok(rows.map(|(nodes, lost)| vec![named(nodes), named(lost), n_users.clone()]).collect())
}

/// Each node that a material reaches, with the last one that all ways to it pass.
type Dominators = BTreeMap<NodeId, NodeId>;

struct Supply<'g> {
    reading: Reading<'g>,
    material: NodeId,
    cut: Cut,
    /// What is said not to be in goods.
    denials: Denials,
    context: &'g Context<'g>,
}

impl Supply<'_> {
    fn dominators(&self, without: BTreeSet<NodeId>) -> Result<Dominators, ProcedureError> {
        let cut = Cut { without, ..self.cut.clone() };
        Ok(dominators_of(&cut, self.material, self.context)?.into_iter().collect())
    }

    /// What every open way to a company passes; `None` where denials close them all.
    fn passed(&self, company: NodeId, all: &Dominators) -> Result<Option<BTreeSet<NodeId>>, ProcedureError> {
        let mut passed: Option<BTreeSet<NodeId>> = None;
        for avoided in self.detours(company, all) {
            self.context.limits.checkpoint()?;
            let found = match avoided {
                avoided if avoided.is_empty() => self.on_the_way(company, all),
                avoided => self.on_the_way(company, &self.dominators(avoided)?),
            };
            // A node that one detour does not pass is no choke point.
            passed = match (passed, found) {
                (Some(passed), Some(found)) => Some(&passed & &found),
                (passed, found) => found.or(passed),
            };
        }
        Ok(passed)
    }

    /// What open ways to a company avoid, each one of these sets. Without the material there is no way.
    fn detours(&self, company: NodeId, all: &Dominators) -> impl Iterator<Item = BTreeSet<NodeId>> {
        let denials = Denials::of(self.reading, company)
            .and(&self.denials, |node| node == self.material || all.contains_key(&node));
        denials.detours().into_iter().filter(|avoided| !avoided.contains(&self.material))
    }

    fn on_the_way(&self, company: NodeId, dominators: &Dominators) -> Option<BTreeSet<NodeId>> {
        let before = |node: &NodeId| dominators.get(node).copied();
        let way_to = |last: NodeId| -> BTreeSet<NodeId> {
            std::iter::successors(Some(last), before).filter(|node| *node != self.material).collect()
        };
        let Some(goods) = self.left(company) else { return dominators.get(&company).copied().map(way_to) };
        // What its other goods have in common is left.
        let reached = goods.filter(|good| *good == self.material || dominators.contains_key(good));
        reached.map(way_to).reduce(|passed, other| &passed & &other)
    }

    /// The goods of a node of which something is denied, without what is: that is no step to it. `None` where nothing is.
    fn left(&self, node: NodeId) -> Option<impl Iterator<Item = NodeId>> {
        let own = ["USES", "MAKES", "NEEDS"];
        let is_whole = own.iter().all(|rel_type| self.reading.denied(node, rel_type).next().is_none());
        let stated = own.into_iter().flat_map(move |rel_type| self.reading.stated(node, rel_type));
        (!is_whole).then(|| stated.map(|step| step.node))
    }

    /// The fewest goods that cut all users off, nearest to the material; `None` where no good is before one of them.
    fn cut(&self, users: &BTreeSet<NodeId>, all: &Dominators) -> Result<Option<Vec<NodeId>>, ProcedureError> {
        let limits = self.context.limits;
        let mut held = limits.reservation();
        let mut companies: BTreeMap<BTreeSet<NodeId>, Vec<NodeId>> = BTreeMap::new();
        for company in users {
            limits.checkpoint()?;
            for avoided in self.detours(*company, all) {
                companies.entry(avoided).or_default().push(*company);
            }
        }
        // The steps of open ways.
        let mut steps = BTreeSet::new();
        for (avoided, mut next) in companies {
            let fewer = if avoided.is_empty() { None } else { Some(self.dominators(avoided)?) };
            let reached = fewer.as_ref().unwrap_or(all);
            let mut seen: BTreeSet<NodeId> = next.iter().copied().collect();
            while let Some(node) = next.pop() {
                limits.checkpoint()?;
                for before in self.before(node) {
                    let is_start = before == self.material;
                    if (is_start || reached.contains_key(&before)) && steps.insert((before, node)) {
                        held.grow(2 * size_of::<NodeId>())?;
                    }
                    if !is_start && reached.contains_key(&before) && seen.insert(before) {
                        next.push(before);
                    }
                }
            }
        }
        let stays = |node| self.reading.is(node, "Company");
        Ok(node_cut(&steps, self.material, users, stays, limits)?)
    }

    /// What is a step before a node.
    fn before(&self, node: NodeId) -> Vec<NodeId> {
        let of = |rel_type| self.reading.out(node, rel_type).map(|step| step.node);
        match self.left(node).filter(|_| self.reading.is(node, "Company")) {
            Some(goods) => goods.collect(),
            None => WAYS.into_iter().flat_map(of).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::graph::{Builder, Frame, Lens, Meta, NewNode, NewRel, Schema, Snapshot};
    use crate::limits::{Limits, Stopped};
    use crate::procedure::Told;

    /// Statements as `maker USES good`, those that begin with `not` denied; who has a name in capitals is a company.
    fn graph(statements: &[&str]) -> Snapshot {
        let mut builder = Builder::new(Schema::default());
        let mut nodes: Vec<&str> = vec!["metal"];
        nodes.extend(statements.iter().flat_map(|text| text.trim_start_matches("not ").split(' ').step_by(2)));
        nodes.sort_unstable();
        nodes.dedup();
        for id in &nodes {
            let label = if id.chars().all(char::is_uppercase) { "Company" } else { "Product" };
            let node = NewNode { id: (*id).to_owned(), labels: vec![label.to_owned()], ..NewNode::default() };
            assert!(builder.node(node).is_ok());
        }
        let number = |id: &str| NodeId(nodes.partition_point(|other| *other < id) as u32);
        for text in statements {
            let words: Vec<&str> = text.trim_start_matches("not ").split(' ').collect();
            builder.rel(NewRel {
                kind: words[1].to_owned(),
                start: number(words[0]),
                end: number(words[2]),
                properties: vec![],
                histories: vec![],
                meta: Meta { negated: text.starts_with("not "), ..Meta::default() },
            });
        }
        builder.finish()
    }

    fn called(snapshot: &Snapshot, limits: &Limits) -> Rows {
        let lens = Lens::new(snapshot, Frame::default());
        let view = GraphView::new(snapshot, &lens);
        let context = Context { view, limits, cuts: &Cuts::default(), told: &Told::default() };
        chokepoints(&[Value::text("metal"), Value::text("2026-01-01")], &context)
    }

    /// Rows as `goods: companies`, in the order of the rows.
    fn found(statements: &[&str]) -> Vec<String> {
        let snapshot = graph(statements);
        let id = |value: &Value| match value {
            Value::Node(node) => snapshot.node_id(*node).to_string(),
            other => other.to_string(),
        };
        let listed = |value: &Value| match value {
            Value::List(list) => list.iter().map(id).collect::<Vec<_>>().join(" "),
            other => other.to_string(),
        };
        let rows = called(&snapshot, &Limits::default()).unwrap();
        rows.iter().map(|row| format!("{}: {} of {}", listed(&row[0]), listed(&row[1]), row[2])).collect()
    }

    const TWO: [&str; 8] = [
        "foil CONTAINS metal",
        "wire CONTAINS metal",
        "can CONTAINS foil",
        "coil CONTAINS wire",
        "A USES can",
        "B MAKES coil",
        "C USES can",
        "C USES coil",
    ];

    #[test]
    fn two_goods_cut_off_all_and_of_equal_sets_the_nearest_to_the_material_is_told() {
        let alone = ["can: A of 3", "coil: B of 3", "foil: A of 3", "wire: B of 3"];
        assert_eq!(found(&TWO), [&alone[..], &["foil wire: A B C of 3"]].concat());
    }

    #[test]
    fn the_narrowest_place_is_told_wherever_it_is() {
        // Three goods have the metal, two things are made of them, and four companies use these.
        let statements = [
            "a CONTAINS metal",
            "b CONTAINS metal",
            "c CONTAINS metal",
            "x CONTAINS a",
            "x CONTAINS b",
            "y CONTAINS b",
            "y CONTAINS c",
            "A USES x",
            "B USES y",
            "C USES x",
            "D MAKES y",
        ];
        assert_eq!(found(&statements), ["x: A C of 4", "y: B D of 4", "x y: A B C D of 4"]);
    }

    #[test]
    fn no_set_is_told_where_one_good_does_where_a_user_is_direct_or_where_nobody_is() {
        assert_eq!(found(&["foil CONTAINS metal", "A USES foil", "B USES foil"]), ["foil: A B of 2"]);
        let direct = [&TWO[..], &["D USES metal"]].concat();
        assert_eq!(found(&direct), ["can: A of 4", "coil: B of 4", "foil: A of 4", "wire: B of 4"]);
        assert_eq!(found(&["foil CONTAINS metal", "can CONTAINS foil"]), Vec::<String>::new());
        assert_eq!(found(&["A USES metal"]), Vec::<String>::new());
    }

    #[test]
    fn what_is_denied_is_no_way_that_a_set_has_to_cut() {
        let three = ["a CONTAINS metal", "b CONTAINS metal", "c CONTAINS metal", "A USES a", "B USES b", "C USES a"];
        let uses = ["C USES b", "C USES c"];
        let alone = ["a: A of 3", "b: B of 3"];
        let of = |more: &[&str]| found(&[&three[..], &uses, more].concat());
        assert_eq!(of(&[]), [&alone[..], &["a b c: A B C of 3"]].concat());
        for denied in ["not C USES c", "not C RELIES_ON c", "not c CONTAINS metal"] {
            assert_eq!(of(&[denied]), [&alone[..], &["a b: A B C of 3"]].concat(), "{denied}");
        }
        // Who makes the metal is a direct user; who is said not to make it is one by its goods.
        assert_eq!(of(&["C MAKES metal"]), alone);
        assert_eq!(
            of(&["C MAKES metal", "not C MAKES metal", "not C USES c"]),
            [&alone[..], &["a b: A B C of 3"]].concat()
        );
        // Who relies on none of the metal is no user.
        assert_eq!(of(&["not C RELIES_ON metal"]), ["a: A of 2", "b: B of 2", "a b: A B of 2"]);
    }

    #[test]
    fn it_stops_at_every_checkpoint() {
        let snapshot = graph(&[&TWO[..], &["not C USES wire"]].concat());
        let limits = Limits::after(usize::MAX);
        let before = limits.left();
        assert!(called(&snapshot, &limits).is_ok());
        for at in 0..before - limits.left() {
            assert_eq!(called(&snapshot, &Limits::after(at)), Err(ProcedureError::Stopped(Stopped::Cancelled)), "{at}");
        }
    }
}
