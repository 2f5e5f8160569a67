//! The law of printing: reading what was printed gives the same tree.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::ast::{
    At, Between, BinaryOp, Body, Clause, ClauseKind, CompareOp, Define, Direction, Expr, Expression, Frame, Including,
    LabelExpr, ListQuantifier, Literal, MapItem, MatchMode, Metadata, Mode, Name, NodePattern, Paging, PathPart,
    PathPattern, Projection, ProjectionItem, Quantifier, Query, Question, RelationshipPattern, RemoveItem, Restrictor,
    Selector, SetItem, Statement, SubqueryKind, TypeExpr, UnaryOp, Union, ValidTime, Verb, Yield,
};
use super::print::Printer;
use super::{parse, print};
use crate::diag::Span;

fn at<T>(node: T) -> At<T> {
    At::new(node, Span::default())
}

fn boxed(expression: Expr) -> Box<Expression> {
    Box::new(at(expression))
}

fn name() -> BoxedStrategy<Name> {
    let plain = prop::sample::select(vec![
        "a", "b", "m", "count", "from", "all", "end", "any", "valid", "until", "known", "path",
    ]);
    let strange =
        prop::sample::select(vec!["match", "return", "in", "1x", "two words", "a`b", "", "größe", "null", "is"]);
    prop_oneof![6 => plain, 1 => strange].prop_map(|name| at(name.to_owned())).boxed()
}

fn literal() -> BoxedStrategy<Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        (0..=i64::MAX).prop_map(Literal::Int),
        (0..10_i64).prop_map(Literal::Int),
        Just(Literal::Int(i64::MIN)),
        (0.0..1e30_f64).prop_map(Literal::Float),
        "[a-c'\"\\\\\n\u{1}é`;{(]{0,6}".prop_map(Literal::Text),
    ]
    .boxed()
}

fn leaf() -> BoxedStrategy<Expr> {
    prop_oneof![
        3 => name().prop_map(|name| Expr::Variable(name.node)),
        2 => literal().prop_map(Expr::Literal),
        1 => prop::sample::select(vec!["p", "0", "where", "odd name"]).prop_map(|name| Expr::Parameter(name.to_owned())),
        1 => Just(Expr::CountStar),
    ]
    .boxed()
}

fn labels() -> BoxedStrategy<LabelExpr> {
    let leaf = prop_oneof![4 => name().prop_map(LabelExpr::Name), 1 => Just(LabelExpr::Any)];
    leaf.prop_recursive(3, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|x| LabelExpr::Not(Box::new(x))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| LabelExpr::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| LabelExpr::Or(Box::new(a), Box::new(b))),
        ]
    })
    .boxed()
}

fn binary() -> BoxedStrategy<BinaryOp> {
    prop::sample::select(vec![
        BinaryOp::Or,
        BinaryOp::Xor,
        BinaryOp::And,
        BinaryOp::Add,
        BinaryOp::Subtract,
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::Modulo,
        BinaryOp::Power,
        BinaryOp::Concat,
        BinaryOp::StartsWith,
        BinaryOp::EndsWith,
        BinaryOp::Contains,
        BinaryOp::Matches,
        BinaryOp::In,
    ])
    .boxed()
}

fn comparison() -> BoxedStrategy<CompareOp> {
    prop::sample::select(vec![
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::Less,
        CompareOp::LessEqual,
        CompareOp::Greater,
        CompareOp::GreaterEqual,
    ])
    .boxed()
}

type Exprs = BoxedStrategy<Expr>;

fn placed(inner: &Exprs) -> BoxedStrategy<Expression> {
    inner.clone().prop_map(at).boxed()
}

fn maybe(inner: &Exprs) -> BoxedStrategy<Option<Box<Expression>>> {
    of(inner.clone().prop_map(boxed)).boxed()
}

fn types() -> BoxedStrategy<TypeExpr> {
    let names = prop::sample::select(vec!["INTEGER", "ZONED DATETIME", "ANY VALUE", "ANY", "STEEL"]);
    let leaf = prop_oneof![names.prop_map(|name| TypeExpr::Name(at(name.to_owned()))), Just(TypeExpr::List(None))];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let not_null = |t| matches!(t, TypeExpr::NotNull(_));
        prop_oneof![
            inner.clone().prop_map(|t| TypeExpr::List(Some(Box::new(t)))),
            vec(inner.clone(), 2..4).prop_map(TypeExpr::Either),
            inner
                .prop_filter("once is enough", move |t| !not_null(t.clone()))
                .prop_map(|t| TypeExpr::NotNull(Box::new(t))),
        ]
    })
    .boxed()
}

fn operation(inner: &Exprs) -> BoxedStrategy<Expr> {
    let e = || inner.clone().prop_map(boxed);
    let unary = prop::sample::select(vec![UnaryOp::Not, UnaryOp::Minus, UnaryOp::Plus]);
    prop_oneof![
        (unary, e()).prop_map(|(op, x)| Expr::Unary(op, x)),
        (binary(), e(), e()).prop_map(|(op, a, b)| Expr::Binary(op, a, b)),
        (e(), vec((comparison(), placed(inner)), 1..3)).prop_map(|(a, rest)| Expr::Compare(a, rest)),
        (e(), name()).prop_map(|(x, key)| Expr::Property(x, key)),
        (e(), e()).prop_map(|(x, i)| Expr::Index(x, i)),
        (e(), maybe(inner), maybe(inner)).prop_map(|(x, a, b)| Expr::Slice(x, a, b)),
        (e(), any::<bool>()).prop_map(|(x, yes)| Expr::IsNull(x, yes)),
        (e(), labels(), any::<bool>()).prop_map(|(x, labels, yes)| Expr::HasLabels(x, labels, yes)),
        (e(), types(), any::<bool>()).prop_map(|(x, name, yes)| Expr::IsType(x, name, yes)),
    ]
    .boxed()
}

fn form(inner: &Exprs) -> BoxedStrategy<Expr> {
    let e = || inner.clone().prop_map(boxed);
    let list = || vec(placed(inner), 0..3);
    let functions = prop::sample::select(vec!["size", "all", "reduce", "exists", "date.truncate", "count"]);
    let kinds = prop::sample::select(vec![
        ListQuantifier::All,
        ListQuantifier::Any,
        ListQuantifier::None,
        ListQuantifier::Single,
    ]);
    let item = prop_oneof![
        name().prop_map(MapItem::Property),
        Just(MapItem::All),
        (name(), placed(inner)).prop_map(|(key, value)| MapItem::Entry(key, value)),
        name().prop_map(MapItem::Variable),
    ];
    prop_oneof![
        list().prop_map(Expr::List),
        vec((name(), placed(inner)), 0..3).prop_map(Expr::Map),
        (functions, any::<bool>(), list()).prop_map(|(name, distinct, arguments)| Expr::Call {
            name: at(name.to_owned()),
            distinct,
            arguments
        }),
        (maybe(inner), vec((placed(inner), placed(inner)), 1..3), maybe(inner))
            .prop_map(|(subject, branches, otherwise)| Expr::Case { subject, branches, otherwise }),
        (name(), e(), condition(inner), maybe(inner)).prop_map(|(variable, list, filter, result)| {
            Expr::ListComprehension { variable, list, filter: filter.map(Box::new), result }
        }),
        (path(inner), of(name()), condition(inner), e()).prop_map(|(path, variable, filter, result)| {
            let pattern = Box::new(PathPattern { variable, ..PathPattern::plain(path, Span::default()) });
            Expr::PatternComprehension { pattern, filter: filter.map(Box::new), result }
        }),
        (kinds, name(), e(), condition(inner)).prop_map(|(kind, variable, list, filter)| {
            Expr::Quantified { kind, variable, list, filter: filter.map(Box::new) }
        }),
        (name(), e(), name(), e(), e()).prop_map(|(accumulator, init, variable, list, step)| Expr::Reduce {
            accumulator,
            init,
            variable,
            list,
            step
        }),
        (name(), vec(item, 0..3)).prop_map(|(object, items)| Expr::MapProjection(object, items)),
        path(inner).prop_map(|path| {
            let selector = Some(at(Selector::AllShortestPaths));
            Expr::ShortestPath(Box::new(PathPattern { selector, ..PathPattern::plain(path, Span::default()) }))
        }),
        (
            prop::sample::select(vec![SubqueryKind::Exists, SubqueryKind::Count, SubqueryKind::Collect]),
            pattern(inner),
            condition(inner),
            placed(inner)
        )
            .prop_map(|(kind, pattern, filter, result)| {
                let find = ClauseKind::Match { optional: false, mode: None, patterns: vec![pattern], filter };
                let first = vec![at(find), at(ClauseKind::Filter(result))];
                Expr::Subquery(kind, Box::new(Query { first, rest: Vec::new() }))
            }),
    ]
    .boxed()
}

fn expr() -> Exprs {
    leaf().prop_recursive(4, 24, 3, |inner| prop_oneof![3 => operation(&inner), 2 => form(&inner)]).boxed()
}

/// What may follow `WHERE`: an expression, or one with a pattern.
fn condition(inner: &Exprs) -> BoxedStrategy<Option<Expression>> {
    let with_pattern = (placed(inner), path(inner)).prop_map(|(x, path)| {
        let mut parts = path;
        parts.truncate(3);
        let pattern = Expr::Pattern(Box::new(PathPattern::plain(parts, Span::default())));
        at(Expr::Binary(BinaryOp::And, Box::new(x), boxed(Expr::Unary(UnaryOp::Not, boxed(pattern)))))
    });
    of(prop_oneof![3 => placed(inner), 1 => with_pattern]).boxed()
}

fn properties(inner: &Exprs) -> BoxedStrategy<Option<Expression>> {
    let map = vec((name(), placed(inner)), 0..2).prop_map(|entries| at(Expr::Map(entries)));
    of(prop_oneof![map, Just(at(Expr::Parameter("p".to_owned())))]).boxed()
}

fn node(inner: &Exprs) -> BoxedStrategy<PathPart> {
    (of(name()), of(labels()), properties(inner), of(placed(inner)))
        .prop_map(|(variable, labels, properties, filter)| {
            PathPart::Node(NodePattern { variable, labels: labels.map(at), properties, filter, span: at(()) })
        })
        .boxed()
}

fn bounds() -> BoxedStrategy<At<Quantifier>> {
    (0..4_u64, of(0..3_u64))
        .prop_map(|(least, more)| at(Quantifier { least, most: more.map(|more| least + more), optional: false }))
        .boxed()
}

fn quantifier() -> BoxedStrategy<At<Quantifier>> {
    prop_oneof![4 => bounds(), 1 => Just(at(Quantifier { least: 0, most: Some(1), optional: true }))].boxed()
}

fn relationship(inner: &Exprs) -> BoxedStrategy<PathPart> {
    let direction = prop::sample::select(vec![Direction::Out, Direction::In, Direction::Both]);
    (of(name()), of(labels()), properties(inner), of(placed(inner)), direction, of(bounds()), of(quantifier()))
        .prop_map(|(variable, types, properties, filter, direction, length, quantifier)| {
            let types = types.map(at);
            let span = at(());
            PathPart::Relationship(RelationshipPattern {
                variable,
                types,
                properties,
                filter,
                direction,
                length,
                quantifier,
                span,
            })
        })
        .boxed()
}

/// Node, relationship, node, and perhaps a group and a node after them.
fn path(inner: &Exprs) -> BoxedStrategy<Vec<PathPart>> {
    let step = (node(inner), relationship(inner), node(inner)).prop_map(|(a, r, b)| vec![a, r, b]);
    let group = (node(inner), of(name()), of(placed(inner)), of(quantifier()), node(inner)).prop_map(
        |(inside, variable, filter, quantifier, after)| {
            let pattern = Box::new(PathPattern { variable, ..PathPattern::plain(vec![inside], Span::default()) });
            vec![PathPart::Group { pattern, filter, quantifier }, after]
        },
    );
    (step, prop_oneof![3 => Just(Vec::new()), 1 => group])
        .prop_map(|(mut path, mut rest)| {
            path.append(&mut rest);
            path
        })
        .boxed()
}

fn pattern(inner: &Exprs) -> BoxedStrategy<PathPattern> {
    let selector = prop::sample::select(vec![
        Selector::All,
        Selector::Any(1),
        Selector::Any(3),
        Selector::AnyShortest,
        Selector::AllShortest,
        Selector::Shortest(2),
        Selector::ShortestGroups(2),
    ]);
    let restrictor =
        prop::sample::select(vec![Restrictor::Walk, Restrictor::Trail, Restrictor::Acyclic, Restrictor::Simple]);
    let alternative = (any::<bool>(), path(inner));
    (of(name()), of(selector), of(restrictor), path(inner), vec(alternative, 0..2))
        .prop_map(|(variable, selector, restrictor, first, mut rest)| {
            let (selector, restrictor) = (selector.map(at), restrictor.map(at));
            rest.insert(0, (false, first));
            let plain = PathPattern::plain(Vec::new(), Span::default());
            PathPattern { variable, selector, restrictor, alternatives: rest, ..plain }
        })
        .boxed()
}

fn day() -> BoxedStrategy<Expression> {
    let text = "[0-9-]{1,4}".prop_map(|text| Expr::Literal(Literal::Text(text)));
    let sum = (name(), name()).prop_map(|(a, b)| {
        Expr::Binary(
            BinaryOp::Subtract,
            boxed(Expr::Variable(a.node)),
            boxed(Expr::Property(boxed(Expr::CountStar), b)),
        )
    });
    prop_oneof![text, sum].prop_map(at).boxed()
}

fn metadata() -> BoxedStrategy<Metadata> {
    (of(day()), of(day()), of(day()), vec(day(), 0..3), of(name()), vec(day(), 0..3))
        .prop_map(|(from, until, known, citing, modality, claimed_by)| Metadata {
            from,
            until,
            known,
            citing,
            modality,
            claimed_by,
        })
        .boxed()
}

fn new_pattern() -> BoxedStrategy<PathPattern> {
    (pattern(&expr()), metadata()).prop_map(|(pattern, metadata)| PathPattern { metadata, ..pattern }).boxed()
}

fn projection() -> BoxedStrategy<Projection> {
    let item = (placed(&expr()), of(name())).prop_map(|(expression, alias)| {
        let mut printer = Printer::default();
        printer.expr(&expression);
        ProjectionItem { expression, alias, text: printer.out }
    });
    let group_by = of(vec(placed(&expr()), 0..2));
    (any::<bool>(), any::<bool>(), vec(item, 1..3), group_by, paging())
        .prop_map(|(distinct, all, items, group_by, paging)| Projection {
            distinct,
            all,
            items,
            group_by,
            paging,
            filter: None,
        })
        .boxed()
}

fn paging() -> BoxedStrategy<Paging> {
    (vec((placed(&expr()), any::<bool>()), 0..2), of(placed(&expr())), of(placed(&expr())))
        .prop_map(|(order, skip, limit)| Paging { order, skip, limit })
        .boxed()
}

fn set_item() -> BoxedStrategy<SetItem> {
    let e = || placed(&expr());
    prop_oneof![
        (e(), name(), e(), metadata()).prop_map(|(object, key, value, said)| SetItem::Property(
            object,
            key,
            value,
            Box::new(said)
        )),
        (name(), e()).prop_map(|(name, value)| SetItem::Replace(name, value)),
        (name(), e()).prop_map(|(name, value)| SetItem::Merge(name, value)),
        (name(), vec(name(), 1..3)).prop_map(|(name, labels)| SetItem::Labels(name, labels)),
    ]
    .boxed()
}

fn reading() -> BoxedStrategy<ClauseKind> {
    let e = || placed(&expr());
    let mode = of(prop::sample::select(vec![MatchMode::DifferentRelationships, MatchMode::RepeatableElements]));
    let items = vec((name(), of(name())), 1..3);
    prop_oneof![
        (any::<bool>(), mode, vec(pattern(&expr()), 1..3), condition(&expr()))
            .prop_map(|(optional, mode, patterns, filter)| ClauseKind::Match { optional, mode, patterns, filter }),
        (projection(), condition(&expr())).prop_map(|(with, filter)| ClauseKind::With(Projection { filter, ..with })),
        projection().prop_map(ClauseKind::Return),
        (e(), name(), of((any::<bool>(), name()))).prop_map(|(list, variable, position)| ClauseKind::Unwind {
            list,
            variable,
            position
        }),
        e().prop_map(ClauseKind::Filter),
        vec((name(), e()), 1..3).prop_map(ClauseKind::Let),
        (any::<bool>(), name(), of(vec(e(), 0..2)), of((items, condition(&expr())))).prop_map(
            |(optional, procedure, arguments, yields)| {
                let yields = yields.map(|(items, filter)| Yield { all: false, items, filter });
                ClauseKind::Call { optional, procedure, arguments, yields }
            }
        ),
        (any::<bool>(), of(vec(name(), 0..3)), projection(), any::<bool>()).prop_map(
            |(optional, imports, projection, in_transactions)| {
                let query = Box::new(Query { first: vec![at(ClauseKind::Return(projection))], rest: Vec::new() });
                ClauseKind::CallSubquery { optional, imports, query, in_transactions }
            }
        ),
        Just(ClauseKind::Next),
        Just(ClauseKind::Finish),
    ]
    .boxed()
}

fn writing() -> BoxedStrategy<ClauseKind> {
    let e = || placed(&expr());
    let verbs = prop::sample::select(vec![Verb::Suspend, Verb::Reinstate, Verb::Repeal, Verb::Enact]);
    let removal = prop_oneof![
        (e(), name()).prop_map(|(object, key)| RemoveItem::Property(object, key)),
        (name(), vec(name(), 1..3)).prop_map(|(name, labels)| RemoveItem::Labels(name, labels)),
    ];
    prop_oneof![
        vec(new_pattern(), 1..3).prop_map(|patterns| ClauseKind::Create { patterns }),
        (new_pattern(), vec((any::<bool>(), vec(set_item(), 1..3)), 0..2))
            .prop_map(|(pattern, actions)| ClauseKind::Merge { pattern, actions }),
        vec(set_item(), 1..3).prop_map(ClauseKind::Set),
        vec(removal, 1..3).prop_map(ClauseKind::Remove),
        (any::<bool>(), vec(e(), 1..3)).prop_map(|(detach, targets)| ClauseKind::Delete { detach, targets }),
        (name(), e(), vec(set_item(), 1..2)).prop_map(|(variable, list, items)| {
            ClauseKind::Foreach { variable, list, updates: vec![at(ClauseKind::Set(items))] }
        }),
        (any::<bool>(), e(), name(), of("[,;']")).prop_map(|(headers, url, variable, separator)| {
            ClauseKind::LoadCsv { headers, url, variable, separator }
        }),
        (verbs, e(), day(), of(day()), metadata()).prop_map(|(verb, measure, from, until, metadata)| {
            ClauseKind::Verb { verb, measure, from, until, metadata: Metadata { from: None, until: None, ..metadata } }
        }),
    ]
    .boxed()
}

fn clauses() -> BoxedStrategy<Vec<Clause>> {
    vec(prop_oneof![3 => reading(), 2 => writing()].prop_map(at), 1..3).boxed()
}

fn between() -> BoxedStrategy<Between> {
    prop_oneof![
        (day(), day()).prop_map(|(from, to)| Between::Days(from, to)),
        (day(), day()).prop_map(|(from, to)| Between::KnownDays(from, to)),
        clauses().prop_map(Between::Assumption),
    ]
    .boxed()
}

fn statement() -> BoxedStrategy<Statement> {
    let valid = prop_oneof![
        day().prop_map(ValidTime::AsOf),
        (day(), day()).prop_map(|(a, b)| ValidTime::FromTo(a, b)),
        (day(), day()).prop_map(|(a, b)| ValidTime::Between(a, b)),
        Just(ValidTime::All),
    ];
    let including =
        prop::sample::select(vec![Including::Unrealised, Including::Unknown, Including::Deprecated, Including::All]);
    let frame = (of(valid), of(day()), vec(including.prop_map(at), 0..2)).prop_map(|(valid, known, including)| Frame {
        valid: valid.map(at),
        known,
        including,
    });
    let question = prop_oneof![
        Just(Question::Why),
        Just(Question::When),
        vec((name(), placed(&expr())), 0..2).prop_map(|values| Question::WhyNot(at(Expr::Map(values)))),
        (between(), any::<bool>()).prop_map(|(between, why)| Question::Changes { between, why }),
    ];
    let unions = vec((prop::sample::select(vec![at(Union::All), at(Union::Distinct)]), clauses()), 0..2);
    let body = prop_oneof![
        4 => (clauses(), unions.clone()).prop_map(|(first, rest)| Body::Query(Query { first, rest })),
        1 => (pattern(&expr()), clauses(), unions).prop_map(|(pattern, first, rest)| {
            Body::Define(Define { pattern, query: Query { first, rest }, span: at(()) })
        }),
    ];
    let mode = of(prop::sample::select(vec![Mode::Explain, Mode::Profile]));
    (mode, frame, vec(clauses(), 0..3), of(question), body)
        .prop_map(|(mode, frame, assuming, question, body)| Statement {
            mode,
            frame,
            assuming: assuming.into_iter().map(at).collect(),
            question: question.map(at),
            body,
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_what_was_printed_gives_the_same_tree(statement in statement()) {
        let text = print(&statement);
        let again = parse(&text);
        prop_assert!(again.as_ref() == Ok(&statement), "{text}\n{:?}", again.map(|again| print(&again)));
    }
}
