//! Clauses that read.

use super::ast::{At, ClauseKind, Expression, MatchMode, Name, Paging, Projection, ProjectionItem, Yield};
use super::build::{Build, Pair, hole};
use super::grammar::Rule;

impl Build {
    /// What stands in a `clause`; `None` only for what the grammar does not give.
    pub fn clause(&self, pair: Pair<'_>) -> Option<ClauseKind> {
        Some(match pair.as_rule() {
            Rule::match_clause => self.match_clause(pair),
            Rule::with => ClauseKind::With(self.projection(pair)),
            Rule::return_clause => ClauseKind::Return(self.projection(pair)),
            Rule::finish => ClauseKind::Finish,
            Rule::next => ClauseKind::Next,
            Rule::unwind | Rule::for_clause => self.unwind(pair),
            Rule::filter => ClauseKind::Filter(self.condition(pair)),
            Rule::let_clause => ClauseKind::Let(self.let_items(pair)),
            Rule::order_clause => ClauseKind::OrderBy(self.paging(pair.into_inner().next()?)),
            Rule::call => self.call(pair),
            Rule::call_subquery => self.call_subquery(pair)?,
            Rule::load_csv => self.load_csv(pair),
            _ => self.update(pair)?,
        })
    }

    fn match_clause(&self, pair: Pair<'_>) -> ClauseKind {
        let (mut optional, mut mode, mut patterns, mut filter) = (false, None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_optional => optional = true,
                Rule::different => mode = Some(MatchMode::DifferentRelationships),
                Rule::repeatable => mode = Some(MatchMode::RepeatableElements),
                Rule::path_pattern => patterns.push(self.path_pattern(part)),
                Rule::r#where => filter = Some(self.condition(part)),
                _ => {}
            }
        }
        ClauseKind::Match { optional, mode, patterns, filter }
    }

    fn projection(&self, pair: Pair<'_>) -> Projection {
        let mut projection = Projection {
            distinct: false,
            all: false,
            items: Vec::new(),
            group_by: None,
            paging: Paging::default(),
            filter: None,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::r#where => projection.filter = Some(self.condition(part)),
                Rule::projection => {
                    for part in part.into_inner() {
                        self.projection_part(part, &mut projection);
                    }
                }
                _ => {}
            }
        }
        projection
    }

    fn projection_part(&self, part: Pair<'_>, projection: &mut Projection) {
        match part.as_rule() {
            Rule::k_distinct => projection.distinct = true,
            Rule::star => projection.all = true,
            Rule::projection_item => {
                let mut text = String::new();
                let mut alias = None;
                for inside in part.clone().into_inner() {
                    match inside.as_rule() {
                        Rule::expr => self.source(&inside).clone_into(&mut text),
                        Rule::variable => alias = Some(self.name(&inside)),
                        _ => {}
                    }
                }
                let expression = self.only_expr(part);
                projection.items.push(ProjectionItem { expression, alias, text });
            }
            Rule::group_by => projection.group_by = Some(self.exprs(part)),
            Rule::paging => projection.paging = self.paging(part),
            _ => {}
        }
    }

    fn paging(&self, pair: Pair<'_>) -> Paging {
        let mut paging = Paging::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::order_by => {
                    let items = part.into_inner().filter(|item| item.as_rule() == Rule::sort_item);
                    paging.order = items.map(|item| self.sort_item(item)).collect();
                }
                Rule::skip => paging.skip = Some(self.only_expr(part)),
                Rule::limit => paging.limit = Some(self.only_expr(part)),
                _ => {}
            }
        }
        paging
    }

    fn sort_item(&self, pair: Pair<'_>) -> (Expression, bool) {
        let descending = pair.clone().into_inner().any(|part| part.as_rule() == Rule::descending);
        (self.only_expr(pair), descending)
    }

    /// `UNWIND list AS x` and `FOR x IN list`.
    fn unwind(&self, pair: Pair<'_>) -> ClauseKind {
        let span = self.span(&pair);
        let (mut list, mut variable, mut position) = (None, None, None);
        for part in pair.into_inner() {
            let counted_from_one = part.as_rule() == Rule::ordinality;
            match part.as_rule() {
                Rule::expr => list = Some(self.expr(part)),
                Rule::variable => variable = Some(self.name(&part)),
                Rule::ordinality | Rule::offset => {
                    let name = part.into_inner().find(|part| part.as_rule() == Rule::variable);
                    position = name.map(|name| (counted_from_one, self.name(&name)));
                }
                _ => {}
            }
        }
        ClauseKind::Unwind {
            list: list.unwrap_or_else(|| hole(span)),
            variable: variable.unwrap_or_else(|| At::new(String::new(), span)),
            position,
        }
    }

    fn let_items(&self, pair: Pair<'_>) -> Vec<(Name, Expression)> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::let_item)
            .filter_map(|item| {
                let name = item.clone().into_inner().next()?;
                Some((self.name(&name), self.only_expr(item)))
            })
            .collect()
    }

    fn call(&self, pair: Pair<'_>) -> ClauseKind {
        let mut procedure = At::new(String::new(), self.span(&pair));
        let (mut optional, mut arguments, mut yields) = (false, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_optional => optional = true,
                Rule::procedure => procedure = self.dotted_name(&part),
                Rule::arguments => arguments = Some(self.exprs(part)),
                Rule::yields => yields = Some(self.yields(part)),
                _ => {}
            }
        }
        ClauseKind::Call { optional, procedure, arguments, yields }
    }

    fn yields(&self, pair: Pair<'_>) -> Yield {
        let mut yields = Yield { all: false, items: Vec::new(), filter: None };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::star => yields.all = true,
                Rule::yield_item => {
                    let (mut field, mut alias) = (At::new(String::new(), self.span(&part)), None);
                    for name in part.into_inner() {
                        match name.as_rule() {
                            Rule::name => field = self.name(&name),
                            Rule::variable => alias = Some(self.name(&name)),
                            _ => {}
                        }
                    }
                    yields.items.push((field, alias));
                }
                Rule::r#where => yields.filter = Some(self.condition(part)),
                _ => {}
            }
        }
        yields
    }

    fn call_subquery(&self, pair: Pair<'_>) -> Option<ClauseKind> {
        let (mut optional, mut imports, mut query, mut in_transactions) = (false, None, None, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_optional => optional = true,
                Rule::imports => {
                    let names = part.into_inner().filter(|name| matches!(name.as_rule(), Rule::star | Rule::variable));
                    imports = Some(names.map(|name| self.name(&name)).collect());
                }
                Rule::query => query = self.nested(self.span(&part), || self.query(part)),
                Rule::in_transactions => in_transactions = true,
                _ => {}
            }
        }
        Some(ClauseKind::CallSubquery { optional, imports, query: Box::new(query?), in_transactions })
    }

    fn load_csv(&self, pair: Pair<'_>) -> ClauseKind {
        let span = self.span(&pair);
        let (mut headers, mut url, mut variable, mut separator) = (false, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::headers => headers = true,
                Rule::expr => url = Some(self.expr(part)),
                Rule::variable => variable = Some(self.name(&part)),
                Rule::string => separator = Some(self.text(&part)),
                _ => {}
            }
        }
        ClauseKind::LoadCsv {
            headers,
            url: url.unwrap_or_else(|| hole(span)),
            variable: variable.unwrap_or_else(|| At::new(String::new(), span)),
            separator,
        }
    }
}
