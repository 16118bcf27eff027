//! Expressions, with parentheses added only where the tree would otherwise be read differently.

use super::{
    Printer, atoms,
    comments::Reach,
    doc::{Doc, bracketed, concat, group, line, nest, separated, soft_line, text},
};
use crate::{
    ast::{BinaryOp, Expr, ExprKind, NameSegment, UnaryOp},
    parser::{EXPRESSION_WORDS, LONGEST_LEANING_CHAIN},
};

const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const PREDICATE: u8 = 4;
const COMPARISON: u8 = 5;
const SUM: u8 = 6;
const PRODUCT: u8 = 7;
const SIGN: u8 = 8;
pub(super) const PRIMARY: u8 = 9;

/// How tightly an expression holds together: the levels of the grammar.
fn level(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Binary { op, .. } => binary_level(*op),
        ExprKind::Unary { op: UnaryOp::Not, .. } => NOT,
        ExprKind::Unary { .. } => SIGN,
        ExprKind::Like { .. }
        | ExprKind::In { .. }
        | ExprKind::InSubquery { .. }
        | ExprKind::IsNull { .. }
        | ExprKind::Match { .. } => PREDICATE,
        _ => PRIMARY,
    }
}

fn binary_level(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => OR,
        BinaryOp::And => AND,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessOrEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterOrEqual => COMPARISON,
        BinaryOp::Add | BinaryOp::Subtract => SUM,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => PRODUCT,
    }
}

impl Printer<'_> {
    /// An expression that stands alone, its lines of AND and OR further in than the first.
    pub(super) fn whole(&mut self, expr: &Expr) -> Doc {
        match chain(expr) {
            Some((op, operands)) => group(nest(self.chain(op, &operands, 0))),
            None => self.expr(expr, OR),
        }
    }

    /// An expression where one of at least `least` is wanted.
    pub(super) fn expr(&mut self, expr: &Expr, least: u8) -> Doc {
        if level(expr) < least {
            return self.parens(expr, expr.span.end);
        }
        match &expr.kind {
            ExprKind::Binary { op, left, right, .. } => self.binary(expr, *op, left, right),
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Paren(inner) => self.parens(inner, expr.span.end),
            ExprKind::Call { name, args, options } => self.call(expr, name, args, options.as_ref()),
            ExprKind::Like { operand, negated, regex, patterns, list } => {
                let operand = self.expr(operand, COMPARISON);
                let keyword = if *regex { "RLIKE" } else { "LIKE" };
                let keyword = format!(" {}{keyword} ", not(*negated));
                let patterns = match patterns.as_slice() {
                    [pattern] if !list => self.expr(pattern, PRIMARY),
                    patterns => self.elements("(", patterns, expr.span.end),
                };
                concat([operand, text(keyword), patterns])
            }
            ExprKind::In { operand, negated, list } => {
                let operand = self.expr(operand, COMPARISON);
                let list = self.elements("(", list, expr.span.end);
                concat([operand, text(format!(" {}IN ", not(*negated))), list])
            }
            ExprKind::InSubquery { operands, negated, query } => {
                let operand = match operands.as_slice() {
                    [operand] => self.expr(operand, COMPARISON),
                    operands => self.elements("(", operands, expr.span.end),
                };
                let query = self.subquery(query, expr.span.end);
                concat([operand, text(format!(" {}IN ", not(*negated))), query])
            }
            ExprKind::IsNull { operand, negated } => {
                concat([self.expr(operand, COMPARISON), text(format!(" IS {}NULL", not(*negated)))])
            }
            ExprKind::Match { field, query } => {
                concat([self.expr(field, PRIMARY), text(" : "), self.expr(query, PRIMARY)])
            }
            ExprKind::Cast { operand, type_name } => {
                concat([self.expr(operand, PRIMARY), text(format!("::{}", atoms::ident(type_name, EXPRESSION_WORDS)))])
            }
            ExprKind::Literal(literal) => text(atoms::literal(literal)),
            ExprKind::Name(name) => text(atoms::name(name, EXPRESSION_WORDS)),
            ExprKind::Param(param) => text(atoms::param(param)),
            ExprKind::Map(map) => text(atoms::map(map)),
            ExprKind::Star => text("*"),
            ExprKind::Error => text("<error>"),
        }
    }

    fn parens(&mut self, inner: &Expr, end: u32) -> Doc {
        let inside = match chain(inner) {
            Some((op, operands)) => self.chain(op, &operands, end),
            None => self.expr(inner, OR),
        };
        group(concat([text("("), nest(concat([soft_line(), inside])), soft_line(), text(")")]))
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Doc {
        if op == UnaryOp::Not {
            return concat([text("NOT "), self.expr(operand, NOT)]);
        }
        let sign = if op == UnaryOp::Negate { "-" } else { "+" };
        // A sign before a number would become part of the number; one that already is, is spelled out.
        let plus = if starts_with_number(operand) { "+" } else { "" };
        concat([text(format!("{sign}{plus}")), self.expr(operand, SIGN)])
    }

    fn binary(&mut self, expr: &Expr, op: BinaryOp, left: &Expr, right: &Expr) -> Doc {
        if let Some((op, operands)) = chain(expr) {
            return group(self.chain(op, &operands, 0));
        }
        let level = binary_level(op);
        let leftmost = if level == COMPARISON { SUM } else { level };
        let left = self.expr(left, leftmost);
        concat([left, text(format!(" {} ", op.symbol())), self.expr(right, level + 1)])
    }

    /// The operands of AND or OR; `end` is where a bracket around them closes.
    fn chain(&mut self, op: BinaryOp, operands: &[&Expr], end: u32) -> Doc {
        let level = binary_level(op);
        let mut items = Vec::with_capacity(operands.len());
        for (i, operand) in operands.iter().enumerate() {
            let beside = operands.get(i + 1).map_or(end, |next| next.span.start);
            items.push(self.item(Reach::new(operand.span, beside), "", |printer| {
                let least = if i == 0 { level } else { level + 1 };
                let operand = printer.expr(operand, least);
                if i == 0 { operand } else { concat([text(format!("{} ", op.symbol())), operand]) }
            }));
        }
        separated(items)
    }

    fn call(&mut self, expr: &Expr, name: &NameSegment, args: &[Expr], options: Option<&crate::ast::Map>) -> Doc {
        let name = function(name);
        let mut items =
            self.list(args, expr.span.end, |arg| Reach::new(arg.span, 0), |printer, arg| printer.whole(arg));
        if let Some(options) = options {
            if let Some(last) = items.pop() {
                items.push(concat([last, text(",")]));
            }
            items.push(text(atoms::map(options)));
        }
        bracketed(format!("{name}("), items, ")")
    }

    /// Values in parentheses.
    fn elements(&mut self, open: &str, elements: &[Expr], end: u32) -> Doc {
        let items = self.list(
            elements,
            end,
            |element| Reach::new(element.span, 0),
            |printer, element| printer.expr(element, COMPARISON),
        );
        bracketed(open, items, ")")
    }

    /// Items with commas after all but the last, and their comments. `end` is where a bracket around them closes, or 0.
    pub(super) fn list<T>(
        &mut self,
        list: &[T],
        end: u32,
        reach: impl Fn(&T) -> Reach,
        mut build: impl FnMut(&mut Self, &T) -> Doc,
    ) -> Vec<Doc> {
        let mut items = Vec::with_capacity(list.len());
        for (i, element) in list.iter().enumerate() {
            let next = list.get(i + 1).map(|next| reach(next).span.start);
            let tail = if next.is_some() { "," } else { "" };
            let reach = Reach { beside: next.unwrap_or(end), ..reach(element) };
            items.push(self.item(reach, tail, |printer| build(printer, element)));
        }
        items
    }

    /// A query in parentheses.
    pub(super) fn subquery(&mut self, query: &crate::ast::Query, end: u32) -> Doc {
        let commands = self.commands(&query.commands, end);
        bracketed("(", commands, ")")
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

/// A function's name: in upper case, because its case means nothing.
fn function(name: &NameSegment) -> String {
    match name {
        NameSegment::Param(param) => atoms::param(param),
        NameSegment::Ident(ident) => {
            let reserved: Vec<&str> =
                EXPRESSION_WORDS.iter().copied().filter(|word| *word != "first" && *word != "last").collect();
            atoms::identifier(&ident.text.to_ascii_uppercase(), &reserved)
        }
    }
}

/// Whether the text of an operand of a sign starts with a digit.
fn starts_with_number(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(literal) => atoms::literal(literal).starts_with(|c: char| c.is_ascii_digit()),
        ExprKind::Cast { operand, .. } => starts_with_number(operand),
        _ => false,
    }
}

/// The operator and operands of a chain of AND or OR. A long one is a balanced tree and is taken apart to both sides,
/// a short one leans to the left.
fn chain(expr: &Expr) -> Option<(BinaryOp, Vec<&Expr>)> {
    let ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } = &expr.kind else { return None };
    let all = operands(expr, *op, true);
    if all.len() > LONGEST_LEANING_CHAIN {
        return Some((*op, all));
    }
    Some((*op, operands(expr, *op, false)))
}

fn operands(expr: &Expr, op: BinaryOp, both_sides: bool) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut stack = vec![(expr, true)];
    while let Some((expr, open)) = stack.pop() {
        match &expr.kind {
            ExprKind::Binary { op: other, left, right, .. } if *other == op && open => {
                stack.push((right, both_sides));
                stack.push((left, true));
            }
            _ => found.push(expr),
        }
    }
    found
}

/// The text of a group of items after a keyword: on its line, or one a line below it.
pub(super) fn after_keyword(keyword: impl Into<String>, items: Vec<Doc>) -> Doc {
    group(concat([text(keyword), nest(concat([line(), separated(items)]))]))
}
