//! The frame's dates, as expressions that read no row.

use crate::diag::{Diagnostic, Span};
use crate::parse::ast;
use crate::plan::Expr;

use super::scope::Scope;
use super::{Binder, Names};

/// A frame with its dates still to be computed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FramePart {
    /// Valid time.
    pub valid: Option<ast::ValidTime>,
    /// Each date, bound, with its place: those of valid time first, then the known day.
    pub dates: Vec<(Expr, Span)>,
    /// Whether the last date is the known day.
    pub known: bool,
    /// What else is seen.
    pub including: Vec<ast::Including>,
}

/// Resolves the names in the dates of a frame.
///
/// # Errors
/// Every mistake found.
pub fn frame(frame: &ast::Frame, names: Names<'_>) -> Result<FramePart, Vec<Diagnostic>> {
    let mut binder = Binder::new(names);
    let mut part = FramePart { including: frame.including.iter().map(|i| i.node).collect(), ..FramePart::default() };
    let mut date = |expression: &ast::Expression| (binder.expr(expression, &Scope::default()), expression.span);
    if let Some(valid) = &frame.valid {
        match &valid.node {
            ast::ValidTime::AsOf(day) => part.dates.push(date(day)),
            ast::ValidTime::FromTo(a, b) | ast::ValidTime::Between(a, b) => part.dates.extend([date(a), date(b)]),
            ast::ValidTime::All => {}
        }
        part.valid = Some(valid.node.clone());
    }
    if let Some(known) = &frame.known {
        part.dates.push(date(known));
        part.known = true;
    }
    if binder.failed() { Err(binder.diagnostics) } else { Ok(part) }
}
