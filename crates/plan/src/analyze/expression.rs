//! Expressions: names resolved, every node typed.

use quarry_diagnostics::{Code, Diagnostic, Span, did_you_mean, surely_meant};
use quarry_functions::registry;
use quarry_syntax::ast::{BinaryOp, Expr as Ast, ExprKind as AstKind, NameSegment, UnaryOp};
use quarry_types::{DataType, Period, Value};

use super::alternatives::Alternative;
use super::{Analyzer, aggregate, refused};
use crate::expression::Expr;

impl Analyzer<'_> {
    /// The typed form of `ast`. What is wrong is reported, and null stands for it.
    pub(super) fn expr(&mut self, ast: &Ast) -> Expr {
        match &ast.kind {
            AstKind::Literal(literal) => self.literal(literal, ast.span),
            AstKind::Param(param) => self.param(param),
            AstKind::Paren(inner) => self.expr(inner),
            AstKind::Name(name) => match self.name_text(name) {
                Some(text) => self.column(&text, name.span),
                None => Expr::null(),
            },
            AstKind::Call { name, args, options } => self.function_call(name, args, options.as_ref(), ast.span),
            AstKind::Unary { op, operand } => self.unary(*op, operand, ast.span),
            AstKind::Binary { op, left, right, .. } => self.binary(*op, ast, left, right),
            AstKind::Like { operand, negated, regex, patterns, .. } => {
                let like = self.like(operand, patterns, *regex, ast.span);
                self.negated_if(*negated, like, ast.span)
            }
            AstKind::In { operand, negated, list } => {
                let mut asts: Vec<&Ast> = vec![operand];
                asts.extend(list);
                let found = self.operator("in", &asts, ast.span);
                self.negated_if(*negated, found, ast.span)
            }
            AstKind::IsNull { operand, negated } => {
                self.operator(if *negated { "is_not_null" } else { "is_null" }, &[operand], ast.span)
            }
            AstKind::Cast { operand, type_name } => self.cast(operand, type_name, ast.span),
            AstKind::Match { field, query } => self.match_operator(field, query, ast.span),
            AstKind::InSubquery { operands, negated, query } => {
                let found = self.in_subquery(operands, query, ast.span);
                self.negated_if(*negated, found, ast.span)
            }
            AstKind::Star | AstKind::Map(_) => {
                self.error(Code::INVALID_QUERY, ast.span, format!("[{}] can't stand here", self.source(ast.span)));
                Expr::null()
            }
            AstKind::Error => Expr::null(),
        }
    }

    pub(super) fn source(&self, span: Span) -> String {
        span.text(self.text).to_owned()
    }

    /// The name that segments spell, parameters filled in.
    pub(super) fn name_text(&mut self, name: &quarry_syntax::ast::Name) -> Option<String> {
        let mut parts = Vec::with_capacity(name.segments.len());
        for segment in &name.segments {
            parts.push(self.segment_text(segment)?);
        }
        Some(parts.join("."))
    }

    pub(super) fn segment_text(&mut self, segment: &NameSegment) -> Option<String> {
        match segment {
            NameSegment::Ident(ident) => Some(ident.text.clone()),
            NameSegment::Param(param) => match self.param_value(param)? {
                Value::String(text) => Some(text),
                other => {
                    let message = format!(
                        "Query parameter [{}] with value [{other}] can't be used as an identifier",
                        self.source(param.span)
                    );
                    self.error(Code::BAD_PARAMETER, param.span, message);
                    None
                }
            },
        }
    }

    fn column(&mut self, name: &str, span: Span) -> Expr {
        if let Some(collector) = &self.stats
            && let Some(expr) = collector.column(name)
        {
            return expr;
        }
        if let Some(collector) = self.stats.as_ref().filter(|collector| collector.hides(name)) {
            let message = collector.hidden_because(name);
            self.error(Code::BAD_AGGREGATE, span, message);
            return Expr::null();
        }
        let Some(attribute) = self.resolve(name, span) else { return Expr::null() };
        if attribute.data_type == DataType::Unsupported {
            self.error(Code::AMBIGUOUS_FIELD, span, unusable(&attribute));
            return Expr::null();
        }
        Expr::column(&attribute)
    }

    fn negated_if(&mut self, negated: bool, expr: Expr, span: Span) -> Expr {
        if negated { self.build_operator("not", vec![expr], &[span], span) } else { expr }
    }

    fn unary(&mut self, op: UnaryOp, operand: &Ast, span: Span) -> Expr {
        let value = self.expr(operand);
        match op {
            UnaryOp::Plus => value,
            UnaryOp::Not => self.build_operator("not", vec![value], &[operand.span], span),
            UnaryOp::Negate => match value.as_literal() {
                Some(Value::DatePeriod(p)) => {
                    let negative = Period { months: -p.months, days: -p.days };
                    Expr::literal(DataType::DatePeriod, Value::DatePeriod(negative))
                }
                Some(Value::TimeDuration(ms)) => Expr::literal(DataType::TimeDuration, Value::TimeDuration(-ms)),
                _ if !matches!(
                    value.data_type,
                    DataType::Integer | DataType::Long | DataType::Double | DataType::Null
                ) =>
                {
                    let message = format!(
                        "argument of [{}] must be [numeric, date_period or time_duration], found value [{}] type [{}]",
                        self.source(span),
                        self.source(operand.span),
                        value.data_type.message_name(),
                    );
                    self.error(Code::TYPE_MISMATCH, span, message);
                    Expr::null()
                }
                _ => self.build_operator("neg", vec![value], &[operand.span], span),
            },
        }
    }

    /// Chains of one operator are as long as users make them, so the left side is walked in a loop.
    fn binary(&mut self, op: BinaryOp, ast: &Ast, left: &Ast, right: &Ast) -> Expr {
        let mut chain = vec![(op, ast, right)];
        let mut first = left;
        while let AstKind::Binary { op, left, right, .. } = &first.kind {
            chain.push((*op, first, right));
            first = left;
        }
        let mut value = self.expr(first);
        let mut value_ast = first;
        // What OR joins is looked at together.
        let mut alternatives: Vec<Alternative<'_>> = Vec::new();
        for (op, whole, right) in chain.into_iter().rev() {
            let operand = self.expr(right);
            if op == BinaryOp::Or {
                if alternatives.is_empty() {
                    alternatives.push(Alternative { ast: value_ast, expr: value.clone(), whole: value_ast.span });
                }
                alternatives.push(Alternative { ast: right, expr: operand, whole: whole.span });
            } else {
                value = self.binary_values(op, value, value_ast.span, operand, right.span, whole.span);
                value_ast = whole;
            }
        }
        if alternatives.is_empty() { value } else { self.alternatives(alternatives) }
    }

    fn binary_values(
        &mut self,
        op: BinaryOp,
        left: Expr,
        left_span: Span,
        right: Expr,
        right_span: Span,
        span: Span,
    ) -> Expr {
        if let Some(span_value) = span_arithmetic(op, &left, &right) {
            return span_value;
        }
        if op == BinaryOp::Subtract && left.data_type.is_span() && right.data_type.is_date() {
            let message = format!(
                "[-] arguments are in unsupported order: cannot subtract a [{}] value [{}] from a [{}] amount [{}]",
                right.data_type.message_name().to_uppercase(),
                self.source(right_span),
                left.data_type.name().to_uppercase(),
                self.source(left_span),
            );
            self.error(Code::TYPE_MISMATCH, span, message);
            return Expr::null();
        }
        self.build_operator(operator_name(op), vec![left, right], &[left_span, right_span], span)
    }

    pub(super) fn operator(&mut self, name: &'static str, asts: &[&Ast], span: Span) -> Expr {
        let values: Vec<Expr> = asts.iter().map(|ast| self.expr(ast)).collect();
        let spans: Vec<Span> = asts.iter().map(|ast| ast.span).collect();
        self.build_operator(name, values, &spans, span)
    }

    pub(super) fn build_operator(&mut self, name: &'static str, values: Vec<Expr>, spans: &[Span], span: Span) -> Expr {
        match registry::operator(name) {
            Some(function) => self.build_call(function, values, spans, Vec::new(), span),
            None => Expr::null(),
        }
    }

    fn cast(&mut self, operand: &Ast, type_name: &quarry_syntax::ast::Ident, span: Span) -> Expr {
        let Some(target) = DataType::from_cast_name(&type_name.text) else {
            self.error(Code::TYPE_MISMATCH, type_name.span, format!("Unknown data type named [{}]", type_name.text));
            return Expr::null();
        };
        if let Some(expr) = self.converted_field(operand, target) {
            return expr;
        }
        let value = self.expr(operand);
        if target.is_span() {
            return self.span_conversion(&value, target, span);
        }
        let Some(function) = super::call::cast_function(target) else {
            let message = format!("Unsupported conversion to type [{}]", target.message_name().to_uppercase());
            self.error(Code::TYPE_MISMATCH, type_name.span, message);
            return Expr::null();
        };
        self.build_call(function, vec![value], &[operand.span], Vec::new(), span)
    }

    /// A field of several types under a conversion to one: read for each index by itself.
    pub(super) fn converted_field(&mut self, operand: &Ast, target: DataType) -> Option<Expr> {
        let AstKind::Name(name) = &strip_parens(operand).kind else { return None };
        let text = name.text()?;
        let attribute = self.find(&text)?;
        attribute.conflict.as_ref()?;
        let converted = self.find(&super::from::converted_name(&text, target))?;
        Some(Expr::column(converted))
    }

    fn function_call(
        &mut self,
        name: &NameSegment,
        args: &[Ast],
        options: Option<&quarry_syntax::ast::Map>,
        span: Span,
    ) -> Expr {
        let Some(name) = self.segment_text(name) else { return Expr::null() };
        match registry::find(&name) {
            Some(registry::Function::Scalar(function)) => self.scalar_call(function, args, options, span),
            Some(registry::Function::Aggregate(function)) => self.aggregate_call(function, args, options, span),
            Some(registry::Function::Grouping(function)) => {
                if self.in_groups
                    || self.stats.as_ref().is_some_and(|collector| collector.reads_rows(&self.source(span)))
                {
                    let mut wholes = Vec::new();
                    let key = self.grouping_call(function, args, options, span, &mut wholes);
                    if !wholes.is_empty() {
                        // Its values are known only once all rows have been seen.
                        let message = format!(
                            "CATEGORIZE grouping function [{}] can't be used within other expressions",
                            self.source(span)
                        );
                        self.error(Code::BAD_AGGREGATE, span, message);
                    }
                    return key;
                }
                if let Some(key) =
                    self.stats.as_ref().and_then(|collector| collector.group_by_source(&self.source(span)))
                {
                    return key;
                }
                let message = if self.stats.is_some() {
                    format!("can only use grouping function [{}] as part of the BY clause", self.source(span))
                } else {
                    format!("cannot use grouping function [{}] outside of a STATS command", self.source(span))
                };
                self.misplaced(span, message)
            }
            None if matches!(name.to_ascii_lowercase().as_str(), "is_null" | "is_not_null") => {
                let operator = if name.eq_ignore_ascii_case("is_null") { "is_null" } else { "is_not_null" };
                let asts: Vec<&Ast> = args.iter().collect();
                self.operator(operator, &asts, span)
            }
            None => {
                if let Some(reason) = refused::reason(&name) {
                    self.error(Code::UNSUPPORTED, span, format!("[{name}] is not supported: {reason}"));
                    return Expr::null();
                }
                let similar = did_you_mean(&name.to_lowercase(), registry::names());
                let message = format!("Unknown function [{name}]{}", super::suggestion(&similar));
                let mut diagnostic = Diagnostic::error(Code::UNKNOWN_FUNCTION, span, message);
                let place = Span { end: span.start + name.len() as u32, ..span };
                if let Some(meant) = surely_meant(&name.to_lowercase(), &similar)
                    && place.text(self.text) == name
                {
                    diagnostic = diagnostic.with_fix(place, meant.to_uppercase());
                }
                self.diagnostics.push(diagnostic);
                Expr::null()
            }
        }
    }

    /// A call that can stand in STATS only. STATS may have made a column that is called like it.
    fn misplaced(&mut self, span: Span, message: String) -> Expr {
        let mut diagnostic = Diagnostic::error(Code::BAD_AGGREGATE, span, message);
        let source = self.source(span);
        if self.find(&source).is_some() {
            let name = format!("`{}`", source.replace('`', "``"));
            diagnostic = diagnostic
                .with_help("STATS made a column of this name; as a name it stands in backquotes")
                .with_fix(span, name);
        }
        self.diagnostics.push(diagnostic);
        Expr::null()
    }

    fn aggregate_call(
        &mut self,
        function: &'static quarry_functions::AggregateFunction,
        args: &[Ast],
        options: Option<&quarry_syntax::ast::Map>,
        span: Span,
    ) -> Expr {
        if self.stats.is_none() {
            let message = format!("aggregate function [{}] not allowed outside STATS command", self.source(span));
            return self.misplaced(span, message);
        }
        aggregate::aggregate(self, function, args, options, span)
    }
}

/// The expression inside any parentheses.
pub(super) fn strip_parens(ast: &Ast) -> &Ast {
    let mut ast = ast;
    while let AstKind::Paren(inner) = &ast.kind {
        ast = inner;
    }
    ast
}

/// Why a field of type unsupported can't be used.
pub(super) fn unusable(attribute: &crate::expression::Attribute) -> String {
    let Some(conflict) = &attribute.conflict else {
        return format!("Cannot use field [{}] with unsupported type [unsupported]", attribute.name);
    };
    let mut by_type: indexmap::IndexMap<DataType, Vec<&str>> = indexmap::IndexMap::new();
    for (index, data_type) in conflict.iter() {
        by_type.entry(*data_type).or_default().push(index);
    }
    by_type.sort_by(|a, _, b, _| a.name().cmp(b.name()));
    let types: Vec<String> = by_type
        .iter()
        .map(|(data_type, indices)| {
            let shown = indices.iter().take(3).copied().collect::<Vec<_>>().join(", ");
            match indices.len().saturating_sub(3) {
                0 => format!("[{}] in [{shown}]", data_type.message_name()),
                more => format!("[{}] in [{shown}] and [{more}] other indices", data_type.message_name()),
            }
        })
        .collect();
    format!(
        "Cannot use field [{}] due to ambiguities being mapped as [{}] incompatible types: {}",
        attribute.name,
        by_type.len(),
        types.join(", ")
    )
}

fn operator_name(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "add",
        BinaryOp::Subtract => "sub",
        BinaryOp::Multiply => "mul",
        BinaryOp::Divide => "div",
        BinaryOp::Modulo => "mod",
        BinaryOp::Equal => "equals",
        BinaryOp::NotEqual => "not_equals",
        BinaryOp::Less => "less_than",
        BinaryOp::LessOrEqual => "less_than_or_equal",
        BinaryOp::Greater => "greater_than",
        BinaryOp::GreaterOrEqual => "greater_than_or_equal",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
    }
}

/// The sum or difference of two spans of one kind.
fn span_arithmetic(op: BinaryOp, left: &Expr, right: &Expr) -> Option<Expr> {
    let sign = match op {
        BinaryOp::Add => 1,
        BinaryOp::Subtract => -1,
        _ => return None,
    };
    match (left.as_literal()?, right.as_literal()?) {
        (Value::DatePeriod(a), Value::DatePeriod(b)) => {
            let sum = Period { months: a.months + sign * b.months, days: a.days + sign * b.days };
            Some(Expr::literal(DataType::DatePeriod, Value::DatePeriod(sum)))
        }
        (Value::TimeDuration(a), Value::TimeDuration(b)) => {
            Some(Expr::literal(DataType::TimeDuration, Value::TimeDuration(a + sign * b)))
        }
        _ => None,
    }
}
