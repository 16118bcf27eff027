//! Full-text functions as exact filters.

use quarry_diagnostics::{Code, Span};
use quarry_functions::ScalarFunction;
use quarry_syntax::ast::{Expr as Ast, Map};

use super::Analyzer;
use crate::expression::Expr;

impl Analyzer<'_> {
    /// A call that becomes another expression before it is typed; `None` for ordinary functions.
    pub(super) fn search_call(
        &mut self,
        _function: &'static ScalarFunction,
        _args: &[Ast],
        _options: Option<&Map>,
        _span: Span,
    ) -> Option<Expr> {
        None
    }

    pub(super) fn match_operator(&mut self, _field: &Ast, _query: &Ast, span: Span) -> Expr {
        self.error(Code::UNSUPPORTED, span, "the match operator is not supported");
        Expr::null()
    }
}
