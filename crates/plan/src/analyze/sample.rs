//! SAMPLE.

use quarry_diagnostics::Code;
use quarry_syntax::ast::Expr as Ast;
use quarry_types::Value;

use super::Analyzer;
use crate::fold;
use crate::plan::{Node, Plan};

impl Analyzer<'_> {
    pub(super) fn sample(&mut self, plan: Plan, probability: &Ast) -> Plan {
        let expr = self.expr(probability);
        let value = fold::constant(&expr, &self.settings);
        let Some(probability) = value.as_ref().and_then(Value::as_f64).filter(|p| *p > 0.0 && *p < 1.0) else {
            let message = format!(
                "invalid value for SAMPLE probability [{}], expecting a number between 0 and 1, exclusive",
                self.source(probability.span)
            );
            self.error(Code::INVALID_QUERY, probability.span, message);
            return plan;
        };
        // The same clock gives the same rows; two samples in one query are independent.
        let seed = (self.settings.now_millis as u64).rotate_left(16) ^ u64::from(self.next_id.get());
        self.next_id.set(self.next_id.get() + 1);
        let output = plan.output.clone();
        Plan { node: Node::Sample { input: Box::new(plan), probability, seed }, output }
    }
}
