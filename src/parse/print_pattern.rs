//! Printing of patterns.

use std::fmt::Write as _;

use super::ast::{
    Direction, Expression, LabelExpr, Name, NodePattern, PathPart, PathPattern, Quantifier, RelationshipPattern,
    Restrictor, Selector,
};
use super::print::Printer;

impl Printer {
    /// A pattern with all that belongs to it.
    pub fn path_pattern(&mut self, pattern: &PathPattern) {
        if let Some(variable) = &pattern.variable {
            self.name(variable);
            self.put(" = ");
        }
        let function = match pattern.selector.as_ref().map(|selector| selector.node) {
            Some(Selector::ShortestPath) => Some("shortestPath("),
            Some(Selector::AllShortestPaths) => Some("allShortestPaths("),
            Some(selector) => {
                self.selector(selector);
                None
            }
            None => None,
        };
        self.put(function.unwrap_or(""));
        self.put(match pattern.restrictor.as_ref().map(|restrictor| restrictor.node) {
            Some(Restrictor::Walk) => "WALK ",
            Some(Restrictor::Trail) => "TRAIL ",
            Some(Restrictor::Acyclic) => "ACYCLIC ",
            Some(Restrictor::Simple) => "SIMPLE ",
            None => "",
        });
        for (at, (multiset, path)) in pattern.alternatives.iter().enumerate() {
            if at > 0 {
                self.put(if *multiset { " |+| " } else { " | " });
            }
            self.path(path);
        }
        self.put(if function.is_some() { ")" } else { "" });
        self.metadata(&pattern.metadata);
    }

    fn selector(&mut self, selector: Selector) {
        // Writing to a text cannot fail.
        let _ = match selector {
            Selector::All => write!(self.out, "ALL "),
            Selector::Any(1) => write!(self.out, "ANY "),
            Selector::Any(k) => write!(self.out, "ANY {k} "),
            Selector::AnyShortest => write!(self.out, "ANY SHORTEST "),
            Selector::AllShortest => write!(self.out, "ALL SHORTEST "),
            Selector::Shortest(k) => write!(self.out, "SHORTEST {k} "),
            Selector::ShortestGroups(k) => write!(self.out, "SHORTEST {k} GROUPS "),
            // Printed as functions.
            Selector::ShortestPath | Selector::AllShortestPaths => Ok(()),
        };
    }

    /// The parts of a path.
    pub fn path(&mut self, path: &[PathPart]) {
        for part in path {
            match part {
                PathPart::Node(node) => self.node(node),
                PathPart::Relationship(relationship) => self.relationship(relationship),
                PathPart::Group { pattern, filter, quantifier } => {
                    self.put("(");
                    self.path_pattern(pattern);
                    self.filter(filter.as_ref());
                    self.put(")");
                    if let Some(quantifier) = quantifier {
                        self.quantifier(quantifier.node);
                    }
                }
            }
        }
    }

    /// `WHERE …` inside brackets.
    pub fn filter(&mut self, filter: Option<&Expression>) {
        if let Some(filter) = filter {
            // Nothing stands before it in `(WHERE …)` and `-[WHERE …]-`.
            self.put(if self.out.ends_with(['(', '-']) { "WHERE " } else { " WHERE " });
            self.expr(filter);
        }
    }

    fn node(&mut self, node: &NodePattern) {
        self.put("(");
        self.element(node.variable.as_ref(), node.labels.as_ref().map(|labels| &labels.node));
        if let Some(properties) = &node.properties {
            self.put(if node.variable.is_none() && node.labels.is_none() { "" } else { " " });
            self.expr(properties);
        }
        self.filter(node.filter.as_ref());
        self.put(")");
    }

    fn element(&mut self, variable: Option<&Name>, labels: Option<&LabelExpr>) {
        if let Some(variable) = variable {
            self.name(variable);
        }
        if let Some(labels) = labels {
            self.put(":");
            self.label_expr(labels, 0);
        }
    }

    fn relationship(&mut self, relationship: &RelationshipPattern) {
        let RelationshipPattern { variable, types, properties, filter, direction, length, quantifier, span: _ } =
            relationship;
        self.put(if *direction == Direction::In { "<-" } else { "-" });
        let start = self.out.len();
        self.element(variable.as_ref(), types.as_ref().map(|types| &types.node));
        if let Some(length) = length {
            self.length(length.node);
        }
        if let Some(properties) = properties {
            self.put(if self.out.len() > start { " " } else { "" });
            self.expr(properties);
        }
        self.filter(filter.as_ref());
        if self.out.len() > start {
            self.out.insert(start, '[');
            self.put("]");
        }
        self.put(if *direction == Direction::Out { "->" } else { "-" });
        if let Some(quantifier) = quantifier {
            self.quantifier(quantifier.node);
        }
    }

    fn length(&mut self, length: Quantifier) {
        let _ = match (length.least, length.most) {
            (1, None) => write!(self.out, "*"),
            (least, None) => write!(self.out, "*{least}.."),
            (least, Some(most)) if least == most => write!(self.out, "*{least}"),
            (least, Some(most)) => write!(self.out, "*{least}..{most}"),
        };
    }

    fn quantifier(&mut self, quantifier: Quantifier) {
        let _ = match (quantifier.least, quantifier.most) {
            _ if quantifier.optional => write!(self.out, "?"),
            (0, None) => write!(self.out, "*"),
            (1, None) => write!(self.out, "+"),
            (least, None) => write!(self.out, "{{{least},}}"),
            (least, Some(most)) if least == most => write!(self.out, "{{{least}}}"),
            (least, Some(most)) => write!(self.out, "{{{least},{most}}}"),
        };
    }

    /// `needs`: 0 for anything, 1 for no disjunction, 2 for no conjunction either.
    pub fn label_expr(&mut self, labels: &LabelExpr, needs: u8) {
        let holds = match labels {
            LabelExpr::Or(..) => 0,
            LabelExpr::And(..) => 1,
            LabelExpr::Not(_) | LabelExpr::Name(_) | LabelExpr::Any => 2,
        };
        let parentheses = holds < needs;
        self.put(if parentheses { "(" } else { "" });
        match labels {
            LabelExpr::Name(name) => self.free_name(name),
            LabelExpr::Any => self.put("%"),
            LabelExpr::Not(inner) => {
                self.put("!");
                self.label_expr(inner, 2);
            }
            LabelExpr::And(left, right) => {
                self.label_expr(left, 1);
                self.put("&");
                self.label_expr(right, 2);
            }
            LabelExpr::Or(left, right) => {
                self.label_expr(left, 0);
                self.put("|");
                self.label_expr(right, 1);
            }
        }
        self.put(if parentheses { ")" } else { "" });
    }
}
