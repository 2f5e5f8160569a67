//! The plan as a tree, for people and for golden files.

use std::fmt::Write;
use std::sync::Arc;

use super::{Aggregate, Assignment, Direction, Expr, LabelTest, NewItem, PatternRel, Plan, Selector};

/// The plan, an operator a line, inputs indented below what reads them. Slots are written `#0`.
#[must_use]
pub fn explain(plan: &Plan) -> String {
    let mut text = String::new();
    visit(plan, 0, &mut |plan, depth| {
        let _ = writeln!(text, "{}{}", "  ".repeat(depth), line(plan));
    });
    text
}

/// The same with a note after each operator; the notes stand below one another.
#[must_use]
pub fn annotated(plan: &Plan, note: &dyn Fn(&Plan) -> String) -> String {
    /// Columns of the screen that an operator may push the notes out.
    const WIDEST: usize = 72;
    let mut lines = Vec::new();
    visit(plan, 0, &mut |plan, depth| lines.push((format!("{}{}", "  ".repeat(depth), line(plan)), note(plan))));
    let width = |(line, _): &(String, String)| line.chars().count();
    let widest = lines.iter().map(width).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    lines.iter().fold(String::new(), |mut text, (line, note)| {
        let _ = writeln!(text, "{line:<widest$}  {note}");
        text
    })
}

fn visit<'p>(plan: &'p Plan, depth: usize, each: &mut dyn FnMut(&'p Plan, usize)) {
    each(plan, depth);
    for child in plan.children() {
        visit(child, depth + 1, each);
    }
}

fn line(plan: &Plan) -> String {
    match plan {
        Plan::Unit => "Unit".to_owned(),
        Plan::Argument => "Argument".to_owned(),
        Plan::Match { pattern, .. } => {
            format!("Match {} nodes, {} relationships", pattern.nodes.len(), pattern.rels.len())
        }
        Plan::ScanNodes { slot, label, .. } => {
            format!("ScanNodes #{slot}{}", label.as_ref().map_or(String::new(), |label| format!(":{label}")))
        }
        Plan::SeekNodes { slot, key, value, each, .. } => {
            format!("SeekNodes #{slot} where {key} {} {}", if *each { "IN" } else { "=" }, show(value))
        }
        Plan::Expand { from, rel, to, into, .. } => {
            let once = if rel.reach { " each node once" } else { "" };
            format!("Expand (#{from}){}(#{to}){}{once}", arrow(rel), if *into { " into" } else { "" })
        }
        Plan::Fold { from, rel, to, also, to_end, conditions, sums, .. } => {
            let also = also.as_ref().map_or(String::new(), |(from, rel)| format!(" as (#{from}){}", arrow(rel)));
            let once = if *to_end { format!("(#{to}) once") } else { "()".to_owned() };
            let each = if conditions.is_empty() {
                String::new()
            } else {
                format!(" where {}", join(conditions.iter().map(show)))
            };
            let fold = format!("Fold (#{from}){}{once}{also}{each}", arrow(rel));
            let sums = sums.iter().map(|(slot, sum)| format!("#{slot} = sum of {}", show(sum)));
            join(std::iter::once(fold).chain(sums))
        }
        Plan::Filter { condition, .. } => format!("Filter {}", show(condition)),
        Plan::Extend { items, .. } => {
            format!("Extend {}", join(items.iter().map(|(slot, item)| format!("#{slot} = {}", show(item)))))
        }
        Plan::Project { items, .. } => format!("Project {}", join(items.iter().map(show))),
        Plan::Group { keys, aggregates, .. } => {
            format!("Group by [{}] compute [{}]", join(keys.iter().map(show)), join(aggregates.iter().map(aggregate)))
        }
        Plan::Distinct { .. } => "Distinct".to_owned(),
        Plan::Sort { keys, first, .. } => {
            let keys = ordered(keys);
            let first: Vec<String> = first.iter().map(show).collect();
            let first = first.join(" + ");
            if first.is_empty() { format!("Sort {keys}") } else { format!("Sort {keys}, first {first}") }
        }
        Plan::Skip { count, .. } => format!("Skip {}", show(count)),
        Plan::Limit { count, .. } => format!("Limit {}", show(count)),
        Plan::Unwind { list, slot, .. } => format!("Unwind {} AS #{slot}", show(list)),
        Plan::Load { file, slot, .. } => format!("Load {} AS #{slot}", show(file)),
        Plan::Optional { .. } => "Optional".to_owned(),
        Plan::Apply { optional, .. } => if *optional { "Apply optional" } else { "Apply" }.to_owned(),
        Plan::Call { procedure, arguments, yields, .. } => {
            let slots = join(yields.iter().map(|(_, slot)| format!("#{slot}")));
            format!("Call {procedure}({}) AS {slots}", join(arguments.iter().map(show)))
        }
        Plan::Create { items, .. } => format!("Create {}", join(items.iter().map(created))),
        Plan::Merge { items, .. } => format!("Merge {}", join(items.iter().map(created))),
        Plan::Set { items, .. } => format!("Set {}", join(items.iter().map(assigned))),
        Plan::Delete { targets, detach, .. } => {
            format!("{} {}", if *detach { "DetachDelete" } else { "Delete" }, join(targets.iter().map(show)))
        }
        Plan::Foreach { list, slot, .. } => format!("Foreach #{slot} in {}", show(list)),
        Plan::Union { .. } => "Union".to_owned(),
    }
}

fn created(item: &NewItem) -> String {
    let properties = item.properties().map_or(String::new(), |map| format!(" {}", show(map)));
    match item {
        NewItem::Node { slot, labels, .. } => {
            let labels = labels.iter().flat_map(|label| [":", label.as_str()]).collect::<String>();
            format!("(#{slot}{labels}{properties})")
        }
        NewItem::Rel { slot, start, end, kind, .. } => format!("(#{start})-[#{slot}:{kind}{properties}]->(#{end})"),
    }
}

fn assigned(item: &Assignment) -> String {
    match item {
        Assignment::Property { of, key, value } => format!("{}.{key} = {}", show(of), show(value)),
        Assignment::Entry { of, key, value, said } => {
            let from = said.from.as_ref().map_or(String::new(), |from| format!(" from {}", show(from)));
            format!("{}.{key} = {}{from}", show(of), show(value))
        }
        Assignment::Properties { of, map, replace } => {
            format!("{} {} {}", show(of), if *replace { "=" } else { "+=" }, show(map))
        }
        Assignment::Status { of, state, said } => {
            let from = said.from.as_ref().map_or(String::new(), |from| format!(" from {}", show(from)));
            format!("{} {state}{from}", show(of))
        }
        Assignment::Labels { of, labels, on } => {
            format!("{}{}:{}", if *on { "" } else { "not " }, show(of), labels.join(":"))
        }
    }
}

fn aggregate(aggregate: &Aggregate) -> String {
    let is_rows = aggregate.function == "*";
    let mut text = format!(
        "{}({}{})",
        if is_rows { "count" } else { &aggregate.function },
        if aggregate.distinct { "DISTINCT " } else { "" },
        if is_rows { "*".to_owned() } else { join(aggregate.arguments.iter().map(show)) }
    );
    if let Some(first) = aggregate.first.filter(|_| aggregate.function != "head") {
        let _ = write!(text, "[..{first}]");
    }
    if !aggregate.order.is_empty() {
        let _ = write!(text, " by {}", ordered(&aggregate.order));
    }
    text
}

fn ordered(keys: &[(Expr, bool)]) -> String {
    join(keys.iter().map(|(key, down)| format!("{}{}", show(key), if *down { " DESC" } else { "" })))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn arrow(rel: &PatternRel) -> String {
    if let Some(search) = &rel.search {
        let restrictor = format!("{:?}", search.restrictor).to_uppercase();
        let selector = match search.selector {
            Selector::All => String::new(),
            Selector::Shortest(k) => format!("SHORTEST {k} "),
            Selector::ShortestGroups(k) => format!("SHORTEST {k} GROUPS "),
        };
        return format!("-[#{} {selector}{restrictor} of {} steps]->", rel.slot, search.program.len());
    }
    let length = match rel.length {
        None => String::new(),
        Some((least, most)) => format!("{{{least},{}}}", most.map_or(String::new(), |m| m.to_string())),
    };
    let types = if rel.types.is_empty() { String::new() } else { format!(":{}", rel.types.join("|")) };
    let body = format!("[#{}{types}]", rel.slot);
    match rel.direction {
        Direction::Out => format!("-{body}->{length}"),
        Direction::In => format!("<-{body}-{length}"),
        Direction::Both => format!("-{body}-{length}"),
    }
}

fn labels(test: &LabelTest) -> String {
    match test {
        LabelTest::Is(name) => name.clone(),
        LabelTest::Any => "%".to_owned(),
        LabelTest::Not(test) => format!("!{}", labels(test)),
        LabelTest::And(a, b) => format!("({}&{})", labels(a), labels(b)),
        LabelTest::Or(a, b) => format!("({}|{})", labels(a), labels(b)),
    }
}

fn show(expr: &Expr) -> String {
    match expr {
        Expr::Placed(of, _) => show(of),
        Expr::Constant(value) => value.to_string(),
        Expr::Slot(slot) => format!("#{slot}"),
        Expr::Local(local) => format!("local{local}"),
        Expr::Parameter(name) => format!("${name}"),
        Expr::List(items) => format!("[{}]", join(items.iter().map(show))),
        Expr::Map(entries) => {
            let entry = |(key, value): &(Option<Arc<str>>, Expr)| match key {
                Some(key) => format!("{key}: {}", show(value)),
                None => format!("{}.*", show(value)),
            };
            format!("{{{}}}", join(entries.iter().map(entry)))
        }
        Expr::Property(of, key) => format!("{}.{key}", show(of)),
        Expr::Index(of, at) => format!("{}[{}]", show(of), show(at)),
        Expr::Slice(of, from, to) => {
            let bound = |b: &Option<Box<Expr>>| b.as_ref().map_or(String::new(), |b| show(b));
            format!("{}[{}..{}]", show(of), bound(from), bound(to))
        }
        Expr::Not(of) => format!("NOT {}", show(of)),
        Expr::Negate(of) => format!("-{}", show(of)),
        Expr::And(a, b) => format!("({} AND {})", show(a), show(b)),
        Expr::Or(a, b) => format!("({} OR {})", show(a), show(b)),
        Expr::Xor(a, b) => format!("({} XOR {})", show(a), show(b)),
        Expr::Arithmetic(operator, a, b) => format!("({} {operator} {})", show(a), show(b)),
        Expr::Compare(operator, a, b) | Expr::Text(operator, a, b) => format!("({} {operator} {})", show(a), show(b)),
        Expr::In(a, b) => format!("({} IN {})", show(a), show(b)),
        Expr::IsNull(of) => format!("{} IS NULL", show(of)),
        Expr::HasLabels(of, test) => format!("{}:{}", show(of), labels(test)),
        Expr::IsType(of, wanted) => format!("{} IS :: {wanted}", show(of)),
        Expr::Call(name, arguments) => format!("{name}({})", join(arguments.iter().map(show))),
        Expr::Case(branches, otherwise) => {
            let branch = |(when, then): &(Expr, Expr)| format!("WHEN {} THEN {}", show(when), show(then));
            format!("CASE {} ELSE {} END", join(branches.iter().map(branch)), show(otherwise))
        }
        Expr::Comprehension { list, .. } => format!("[… IN {}]", show(list)),
        Expr::Quantified { kind, list, .. } => format!("{kind}(… IN {})", show(list)),
        Expr::Reduce { list, .. } => format!("reduce(… IN {})", show(list)),
        Expr::Path(_) => "path".to_owned(),
        Expr::Subquery { kind, plan, .. } => {
            format!("{kind:?} {{ {} }}", explain(plan).trim_end().replace('\n', " ← "))
        }
    }
}
