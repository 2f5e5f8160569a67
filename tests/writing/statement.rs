//! Statements that write, each as text and as what it does to the model, written from the standard's meaning: all rows are
//! read before the first change, changes are made row by row, and a failure undoes all of them.

use super::Value::{Int, Text};
use super::{Done, Failed, Graph, Merged, Thing, stored};

/// A statement and what it does.
pub struct Statement {
    pub text: String,
    pub(super) change: Box<dyn Fn(&mut Graph) -> Done>,
}

fn statement(text: String, change: impl Fn(&mut Graph) -> Done + 'static) -> Statement {
    Statement { text, change: Box::new(change) }
}

impl Statement {
    /// The statement that some bytes say. Every node that it creates has a key `k` of its own, by which the answers of the
    /// engine and of the model are told apart; what depends on the order of rows is not said.
    #[expect(clippy::too_many_lines, reason = "one statement after the other")]
    #[expect(clippy::many_single_char_names, reason = "they are the names in the statements")]
    pub fn new(number: usize, [kind, a, b, c, d, e]: [u8; 6]) -> Self {
        let labels = ["A", "B", "C"];
        let (l, m) = (labels[a as usize % 3], labels[b as usize % 3]);
        let t = ["R", "S"][c as usize % 2];
        let v = i64::from(d % 3);
        let k = number.to_string();
        let key = ["p", "q"][e as usize % 2];
        let n_of = Thing::Node;
        match kind % 24 {
            0 | 1 => statement(
                format!(
                    "CREATE (a:{l}:{m} {{k: '{k}a', p: {v}}})-[:{t} {{q: {v}}}]->(b:{m} {{k: '{k}b', q: null, p: 1}})"
                ),
                move |graph| {
                    let a = graph.create_node([l, m], [("k", Some(Text(format!("{k}a")))), ("p", Some(Int(v)))]);
                    let b = graph.create_node([m], [("k", Some(Text(format!("{k}b")))), ("p", Some(Int(1)))]);
                    graph.create_rel(a, t, b, [("q", Some(Int(v)))]);
                    Ok(())
                },
            ),
            2 => statement(
                format!("MATCH (n:{l} {{p: {v}}}) CREATE (n)-[:{t} {{p: n.q}}]->(:{m} {{k: n.k + '.{k}', q: n.p}})"),
                move |graph| {
                    for n in graph.with_p(l, v) {
                        let name = format!("{}.{k}", graph.key(n));
                        let (p, q) = (graph.get(n_of(n), "p"), graph.get(n_of(n), "q"));
                        let new = graph.create_node([m], [("k", Some(Text(name))), ("q", p)]);
                        graph.create_rel(n, t, new, [("p", q)]);
                    }
                    Ok(())
                },
            ),
            3 => statement(format!("MATCH (a:{l}), (b:{m}) WHERE a.p = b.q CREATE (a)-[:{t}]->(b)"), move |graph| {
                for (a, b) in graph.pairs(l, m) {
                    if graph.int(a, "p").is_some_and(|p| graph.int(b, "q") == Some(p)) {
                        graph.create_rel(a, t, b, []);
                    }
                }
                Ok(())
            }),
            4 => {
                let p = (e % 5 > 0).then_some(v);
                let shown = p.map_or("null".to_owned(), |p| p.to_string());
                statement(
                    format!("MERGE (x:{l} {{p: {shown}}}) ON CREATE SET x.k = '{k}', x.q = 1 ON MATCH SET x.q = 2"),
                    move |graph| {
                        match graph.merge(l, p, |_| k.clone())? {
                            Merged::New(x) => graph.set(n_of(x), "q", Some(Int(1))),
                            Merged::Found(all) => {
                                for x in &all {
                                    graph.set(n_of(*x), "q", Some(Int(2)));
                                }
                            }
                        }
                        Ok(())
                    },
                )
            }
            5 => statement(
                format!(
                    "MATCH (n:{l}) MERGE (x:{m} {{p: n.{key}}}) ON CREATE SET x.k = '{k}.' + toString(x.p) ON MATCH SET x:C"
                ),
                move |graph| {
                    for n in graph.labelled(l) {
                        if let Merged::Found(all) = graph.merge(m, graph.int(n, key), |p| format!("{k}.{p}"))? {
                            for x in &all {
                                graph.label(*x, "C", true);
                            }
                        }
                    }
                    Ok(())
                },
            ),
            6 | 7 => {
                let either = kind % 24 == 7;
                let (condition, arrow) = if either { (" WHERE a.k < b.k", "-") } else { ("", "->") };
                statement(
                    format!(
                        "MATCH (a:{l}), (b:{m}){condition} MERGE (a)-[r:{t} {{p: {v}}}]{arrow}(b) ON CREATE SET r.q = 1 ON MATCH SET r.q = 2"
                    ),
                    move |graph| {
                        for (a, b) in graph.pairs(l, m) {
                            if either && graph.key(a) >= graph.key(b) {
                                continue;
                            }
                            let found: Vec<usize> = (0..graph.rels.len())
                                .filter(|at| {
                                    graph.rels[*at].as_ref().is_some_and(|rel| {
                                        let there = (rel.start, rel.end) == (a, b);
                                        let back = either && (rel.end, rel.start) == (a, b);
                                        rel.kind == t && rel.properties.get("p") == Some(&Int(v)) && (there || back)
                                    })
                                })
                                .collect();
                            for r in &found {
                                graph.set(Thing::Rel(*r), "q", Some(Int(2)));
                            }
                            if found.is_empty() {
                                let new = graph.create_rel(a, t, b, [("p", Some(Int(v)))]);
                                graph.set(new, "q", Some(Int(1)));
                            }
                        }
                        Ok(())
                    },
                )
            }
            8 => statement(
                format!(
                    "MATCH (a:{l}) MERGE (a)-[:{t}]->(x:{m} {{p: {v}}}) ON CREATE SET x.k = '{k}.' + a.k ON MATCH SET x.q = 2"
                ),
                move |graph| {
                    for a in graph.labelled(l) {
                        let fits = graph.with_p(m, v);
                        let steps = graph.steps(l, t);
                        let found = steps.into_iter().filter(|(start, _, end)| *start == a && fits.contains(end));
                        let found: Vec<usize> = found.map(|(_, _, end)| end).collect();
                        for x in &found {
                            graph.set(n_of(*x), "q", Some(Int(2)));
                        }
                        if found.is_empty() {
                            let new = graph.create_node([m], [("p", Some(Int(v)))]);
                            graph.create_rel(a, t, new, []);
                            let name = format!("{k}.{}", graph.key(a));
                            graph.set(n_of(new), "k", Some(Text(name)));
                        }
                    }
                    Ok(())
                },
            ),
            9 | 10 => {
                let values = [
                    v.to_string(),
                    "n.q".to_owned(),
                    "n.p + 1".to_owned(),
                    "null".to_owned(),
                    "{a: 1}".to_owned(),
                    "2 / n.q".to_owned(),
                ];
                let which = e as usize % values.len();
                statement(format!("MATCH (n:{l}) SET n.{key} = {}", values[which]), move |graph| {
                    for n in graph.labelled(l) {
                        let value = match which {
                            0 => Some(v),
                            1 => graph.int(n, "q"),
                            2 => graph.int(n, "p").map(|p| p + 1),
                            3 => None,
                            // No property holds a map.
                            4 => return Err(Failed),
                            _ => match graph.int(n, "q") {
                                Some(0) => return Err(Failed),
                                q => q.map(|q| 2 / q),
                            },
                        };
                        graph.set(n_of(n), key, value.map(Int));
                    }
                    Ok(())
                })
            }
            11 => {
                let what = [format!("SET n:{m}:C"), format!("REMOVE n:{m}"), "REMOVE n.p, n.q".to_owned()];
                let which = e as usize % 3;
                statement(format!("MATCH (n:{l}) {}", what[which]), move |graph| {
                    for n in graph.labelled(l) {
                        match which {
                            0 => [m, "C"].into_iter().for_each(|label| graph.label(n, label, true)),
                            1 => graph.label(n, m, false),
                            _ => ["p", "q"].into_iter().for_each(|key| graph.set(n_of(n), key, None)),
                        }
                    }
                    Ok(())
                })
            }
            12 => {
                let maps = [
                    format!("= {{k: n.k, p: {v}}}"),
                    format!("+= {{p: {v}, q: null}}"),
                    "+= {q: n.p, r: 'x'}".to_owned(),
                ];
                let which = e as usize % 3;
                statement(format!("MATCH (n:{l}) SET n {}", maps[which]), move |graph| {
                    for n in graph.labelled(l) {
                        let p = graph.get(n_of(n), "p");
                        match which {
                            0 => {
                                let new = stored([("k", graph.get(n_of(n), "k")), ("p", Some(Int(v)))]);
                                graph.replace(n_of(n), &new);
                            }
                            1 => {
                                graph.set(n_of(n), "p", Some(Int(v)));
                                graph.set(n_of(n), "q", None);
                            }
                            _ => {
                                graph.set(n_of(n), "q", p);
                                graph.set(n_of(n), "r", Some(Text("x".to_owned())));
                            }
                        }
                    }
                    Ok(())
                })
            }
            13 | 14 => {
                let what = [
                    format!("SET r.{key} = {v}"),
                    "SET r = m".to_owned(),
                    format!("SET r += {{p: null, q: {v}}}"),
                    "REMOVE r.p".to_owned(),
                    "SET m.p = m.p + 1".to_owned(),
                ];
                let which = e as usize % what.len();
                statement(format!("MATCH (:{l})-[r:{t}]->(m) {}", what[which]), move |graph| {
                    for (_, r, end) in graph.steps(l, t) {
                        let r = Thing::Rel(r);
                        match which {
                            0 => graph.set(r, key, Some(Int(v))),
                            1 => graph.replace(r, &graph.properties(n_of(end)).clone()),
                            2 => {
                                graph.set(r, "p", None);
                                graph.set(r, "q", Some(Int(v)));
                            }
                            3 => graph.set(r, "p", None),
                            _ => {
                                let p = graph.int(end, "p").map(|p| Int(p + 1));
                                graph.set(n_of(end), "p", p);
                            }
                        }
                    }
                    Ok(())
                })
            }
            15 => statement(format!("MATCH (n:{l}) DELETE n"), move |graph| graph.delete(graph.labelled(l), [], false)),
            16 => statement(format!("MATCH (n:{l} {{p: {v}}}) DETACH DELETE n"), move |graph| {
                graph.delete(graph.with_p(l, v), [], true)
            }),
            17 => statement(format!("MATCH (:{l})-[r:{t}]->(:{m}) DELETE r"), move |graph| {
                let ends = graph.labelled(m);
                let steps = graph.steps(l, t).into_iter().filter(|(_, _, end)| ends.contains(end));
                let rels: Vec<usize> = steps.map(|(_, r, _)| r).collect();
                graph.delete([], rels, false)
            }),
            18 => statement(format!("MATCH (n:{l})-[r:{t}]->(m) DELETE n, r, m"), move |graph| {
                let steps = graph.steps(l, t);
                let nodes = steps.iter().flat_map(|(n, _, m)| [*n, *m]);
                graph.delete(nodes, steps.iter().map(|(_, r, _)| *r), false)
            }),
            19 => {
                // What was deleted can be named, and neither read nor changed.
                let after =
                    ["SET n.p = 1", "SET n:C, n.q = n.p", "CREATE (:A {k: n.k})", "SET n += {q: 1}"][e as usize % 4];
                statement(format!("MATCH (n:{l} {{p: {v}}}) DETACH DELETE n {after}"), move |graph| {
                    if graph.with_p(l, v).is_empty() { Ok(()) } else { Err(Failed) }
                })
            }
            20 => statement(
                format!("FOREACH (x IN [0, 1] | CREATE (:{l} {{k: '{k}.' + toString(x), p: x}}))"),
                move |graph| {
                    for x in [0, 1] {
                        graph.create_node([l], [("k", Some(Text(format!("{k}.{x}")))), ("p", Some(Int(x)))]);
                    }
                    Ok(())
                },
            ),
            21 => statement(
                format!(
                    "MATCH (n:{l}) FOREACH (x IN CASE WHEN n.p = {v} THEN [1, n.q] ELSE [] END | MERGE (y:{m} {{p: x}}) ON CREATE SET y.k = '{k}.' + toString(x))"
                ),
                move |graph| {
                    // Which rows there are is settled before the first change, what they read is not.
                    for n in graph.labelled(l) {
                        if graph.int(n, "p") == Some(v) {
                            for x in [Some(1), graph.int(n, "q")] {
                                graph.merge(m, x, |p| format!("{k}.{p}"))?;
                            }
                        }
                    }
                    Ok(())
                },
            ),
            22 => statement(
                format!(
                    "UNWIND [1, 2, 1] AS x MERGE (y:{l} {{p: x}}) ON CREATE SET y.k = '{k}.' + toString(x) ON MATCH SET y.q = coalesce(y.q, 0) + 1"
                ),
                move |graph| {
                    for x in [1, 2, 1] {
                        if let Merged::Found(all) = graph.merge(l, Some(x), |p| format!("{k}.{p}"))? {
                            for y in all {
                                let q = graph.int(y, "q").unwrap_or(0) + 1;
                                graph.set(n_of(y), "q", Some(Int(q)));
                            }
                        }
                    }
                    Ok(())
                },
            ),
            _ => statement(
                format!("UNWIND [4, 3, {v}] AS x CREATE (:{l} {{k: '{k}.' + toString(x), p: 4 / x}})"),
                move |graph| {
                    for x in [4, 3, v] {
                        if x == 0 {
                            return Err(Failed);
                        }
                        graph.create_node([l], [("k", Some(Text(format!("{k}.{x}")))), ("p", Some(Int(4 / x)))]);
                    }
                    Ok(())
                },
            ),
        }
    }
}
