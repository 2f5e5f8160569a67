//! The types that `IS ::` names.

use crate::diag::{Diagnostic, code};
use crate::parse::ast::TypeExpr;
use crate::value::{TYPES, Type};

use super::Binder;

impl Binder<'_> {
    pub(super) fn type_expr(&mut self, written: &TypeExpr) -> Type {
        match written {
            TypeExpr::List(of) => {
                Type::List(Box::new(of.as_ref().map_or(Type::Any, |element| self.type_expr(element))))
            }
            TypeExpr::Either(types) => Type::Either(types.iter().map(|of| self.type_expr(of)).collect()),
            TypeExpr::NotNull(of) => Type::NotNull(Box::new(self.type_expr(of))),
            TypeExpr::Name(name) => match Type::named(&name.node) {
                Some(found) => found.clone(),
                None => {
                    let known = TYPES.iter().flat_map(|named| named.names.iter().copied()).chain(["LIST"]);
                    self.report(
                        Diagnostic::new(code::UNKNOWN_VALUE_TYPE, format!("no type `{}`", name.node))
                            .at(name.span, "expected one such as `INTEGER`, `STRING`, `DATE` or `LIST<INTEGER>`")
                            .nearest(&name.node, known),
                    );
                    Type::Any
                }
            },
        }
    }
}
