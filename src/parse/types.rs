//! Types, as `IS ::` names them.

use std::fmt;

use super::ast::{At, TypeExpr};
use super::build::{Build, Pair};
use super::grammar::Rule;
use super::token::words_and_signs;

impl Build {
    /// A `type_union` or a `type_name`.
    pub fn type_expr(&self, pair: Pair<'_>) -> TypeExpr {
        let span = self.span(&pair);
        self.nested(span, || self.type_parts(pair)).unwrap_or(TypeExpr::List(None))
    }

    fn type_parts(&self, pair: Pair<'_>) -> TypeExpr {
        match pair.as_rule() {
            Rule::type_union => {
                let names = pair.into_inner().filter(|part| part.as_rule() == Rule::type_name);
                let mut types: Vec<TypeExpr> = names.map(|name| self.type_expr(name)).collect();
                if types.len() == 1 { types.remove(0) } else { TypeExpr::Either(types) }
            }
            Rule::list_type => TypeExpr::List(self.held(pair).map(Box::new)),
            Rule::any_type => self.held(pair).unwrap_or(TypeExpr::List(None)),
            Rule::type_name => {
                let mut parts = pair.into_inner();
                let held = parts.next().map_or(TypeExpr::List(None), |part| self.type_parts(part));
                if parts.next().is_some() { TypeExpr::NotNull(Box::new(held)) } else { held }
            }
            _ => TypeExpr::Name(At::new(words_and_signs(pair.as_str()).join(" ").to_uppercase(), self.span(&pair))),
        }
    }

    /// What stands between `<` and `>`.
    fn held(&self, pair: Pair<'_>) -> Option<TypeExpr> {
        let union = pair.into_inner().find(|part| part.as_rule() == Rule::type_union)?;
        Some(self.type_expr(union))
    }
}

/// As it is written in a query.
impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TypeExpr::Name(name) => f.write_str(&name.node),
            TypeExpr::List(None) => f.write_str("LIST"),
            TypeExpr::List(Some(held)) => write!(f, "LIST<{held}>"),
            TypeExpr::Either(types) => {
                let types: Vec<String> = types.iter().map(ToString::to_string).collect();
                write!(f, "ANY<{}>", types.join(" | "))
            }
            TypeExpr::NotNull(held) => write!(f, "{held} NOT NULL"),
        }
    }
}
