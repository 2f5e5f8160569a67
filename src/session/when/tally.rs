//! Rows that are equal in what is read above, and hold on the same days, are one row with a number: a group over them is made for
//! each period, and need not look at each row each time.

use std::collections::BTreeSet;

use crate::execute::Tally;
use crate::plan::{Aggregate, Expr, Plan};

/// What is over rows that are tallied, reading the number of each, where it reads one node of them and nothing else.
pub(super) fn over_tallied(over: &Plan) -> Option<(Plan, Tally)> {
    let mut tallied = over.clone();
    let mut place = &mut tallied;
    while !matches!(place.children().as_slice(), [Plan::Argument]) {
        place = place.children_mut().into_iter().next()?;
    }
    let Plan::Group { keys, aggregates, .. } = place else { return None };
    let mut slots = BTreeSet::new();
    for expr in keys.iter().chain(aggregates.iter().flat_map(Aggregate::reads)) {
        if !reads_one_thing(expr) {
            return None;
        }
        expr.slots(&mut slots);
    }
    let (Some(node), None) = (slots.pop_first(), slots.pop_first()) else { return None };
    // What counts once looks at each row hardly longer than the tally would.
    if aggregates.iter().all(|aggregate| aggregate.function != "*") {
        return None;
    }
    let tally = Tally { node, times: node + 1 };
    for aggregate in aggregates {
        match aggregate.function.as_str() {
            "*" if !aggregate.distinct => {
                let arguments = vec![Expr::Slot(tally.times)];
                *aggregate = Aggregate { function: "sum".to_owned(), arguments, ..aggregate.clone() };
            }
            "min" | "max" => {}
            _ if aggregate.distinct => {}
            _ => return None,
        }
    }
    Some((tallied, tally))
}

/// Whether an expression is a slot or a property of one.
fn reads_one_thing(expr: &Expr) -> bool {
    match expr {
        Expr::Placed(of, _) | Expr::Property(of, _) => reads_one_thing(of),
        Expr::Slot(_) => true,
        _ => false,
    }
}
