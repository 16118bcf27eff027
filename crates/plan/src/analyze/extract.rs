//! DISSECT and the commands like it.

use std::sync::Arc;

use quarry_diagnostics::{Code, Span};
use quarry_functions::extract::dissect::Dissect;
use quarry_functions::extract::Extractor;
use quarry_syntax::ast::{Expr as Ast, Ident, StringLiteral};
use quarry_types::{DataType, Value};

use super::{append_columns, Analyzer};
use crate::expression::{Attribute, Expr};
use crate::fold;
use crate::plan::{Node, Plan};

impl Analyzer<'_> {
    pub(super) fn dissect(
        &mut self,
        plan: Plan,
        input: &Ast,
        pattern: &StringLiteral,
        options: &[(Ident, Ast)],
        span: Span,
    ) -> Plan {
        let operand = self.string_operand(input, "Dissect");
        let separator = self.append_separator(options);
        match Dissect::new(&pattern.value, &separator) {
            Ok(dissect) => self.extract(plan, operand, Arc::new(dissect), span),
            Err(error) => {
                self.error(Code::BAD_MATCH_PATTERN, pattern.span, error.to_string());
                plan
            }
        }
    }

    /// The operand of a command that reads strings.
    pub(super) fn string_operand(&mut self, input: &Ast, command: &str) -> Expr {
        let operand = self.expr(input);
        if !operand.data_type.is_string() && operand.data_type != DataType::Null {
            let message = format!(
                "{command} only supports KEYWORD or TEXT values, found expression [{}] type [{}]",
                self.source(input.span),
                operand.data_type.message_name().to_uppercase()
            );
            self.error(Code::TYPE_MISMATCH, input.span, message);
        }
        operand
    }

    /// The plan with the columns of `extractor` appended.
    pub(super) fn extract(&mut self, plan: Plan, operand: Expr, extractor: Arc<dyn Extractor>, span: Span) -> Plan {
        let fields: Vec<Attribute> =
            extractor.columns().into_iter().map(|(name, data_type)| self.new_attribute(name, data_type)).collect();
        let output = append_columns(&plan.output, &fields);
        let site = self.site(span);
        Plan { node: Node::Extract { input: Box::new(plan), operand, extractor, fields, site }, output }
    }

    fn append_separator(&mut self, options: &[(Ident, Ast)]) -> String {
        let mut separator = String::new();
        for (name, value) in options {
            if !name.text.eq_ignore_ascii_case("append_separator") {
                self.error(Code::INVALID_QUERY, name.span, format!("Invalid option for dissect: [{}]", name.text));
                continue;
            }
            let expr = self.expr(value);
            match fold::constant(&expr, &self.settings) {
                Some(Value::String(text)) => separator = text,
                _ => {
                    let message = format!(
                        "Invalid value for dissect append_separator: expected a string, but was [{}]",
                        self.source(value.span)
                    );
                    self.error(Code::INVALID_QUERY, value.span, message);
                }
            }
        }
        separator
    }
}
