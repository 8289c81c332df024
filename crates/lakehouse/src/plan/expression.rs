//! SQL expressions to DataFusion's, with Spark's types.
//!
//! What must stay true: every translated expression carries its type, and both sides of whatever DataFusion is asked to do
//! have been cast to the same type by Spark's rules first, so that DataFusion never coerces on its own.

use alluvium_java_regex::Pattern;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::{Case, InList, Like};
use datafusion::logical_expr::{Expr, Operator, binary_expr};
use datafusion::sql::sqlparser::ast::{self, Spanned};

use super::column::Scope;
use super::error::{Result, SqlError};
use super::{blank, functions, interval, literal, operator, types};
use crate::definition::SourceText;
use crate::schema::Schema;
use crate::spark::cast::{self, Mode};
use crate::spark::{function, regex};

/// An expression and its type.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) expr: Expr,
    pub(super) of: DataType,
}

impl Typed {
    pub(super) fn text(text: String) -> Self {
        Self { expr: Expr::Literal(ScalarValue::Utf8(Some(text)), None), of: DataType::Utf8 }
    }

    pub(super) fn boolean(expr: Expr) -> Self {
        Self { expr, of: DataType::Boolean }
    }

    /// The string, if this is the literal of one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.expr {
            Expr::Literal(ScalarValue::Utf8(Some(text)), _) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if this is the literal of one.
    pub(super) fn as_integer(&self) -> Option<i32> {
        match &self.expr {
            Expr::Literal(ScalarValue::Int32(Some(number)), _) => Some(*number),
            _ => None,
        }
    }

    /// The truth value, if this is the literal of one.
    pub(super) fn as_boolean(&self) -> Option<bool> {
        match &self.expr {
            Expr::Literal(ScalarValue::Boolean(bit), _) => *bit,
            _ => None,
        }
    }

    /// The same value as another type; `source` is where an error points.
    pub(super) fn cast(self, to: &DataType, mode: Mode, source: &ast::Expr) -> Result<Self> {
        if self.of == *to {
            return Ok(self);
        }
        if !cast::can_cast(&self.of, to) {
            return SqlError::on(
                source,
                format!("a {} cannot be cast to {}", types::name(&self.of), types::name(to)),
            );
        }
        if let Expr::Literal(scalar, _) = &self.expr {
            let folded = scalar
                .to_array()
                .and_then(|array| ScalarValue::try_from_array(&cast::cast(&array, to, mode)?, 0));
            let folded = folded.map_err(|error| SqlError::at(source.span(), error.to_string()))?;
            return Ok(Self { expr: Expr::Literal(folded, None), of: to.clone() });
        }
        let label = format!("{mode:?} {} as {}", self.of, to);
        let target = to.clone();
        let convert = move |columns: &[_], _| cast::cast(&columns[0], &target, mode);
        Ok(Self { expr: function::call(label, to.clone(), vec![self.expr], convert), of: to.clone() })
    }
}

/// An expression over the columns of `scope`.
pub(super) fn expression(scope: &Scope, expr: &ast::Expr) -> Result<Typed> {
    scope.deeper(|| translate(scope, expr))
}

fn translate(scope: &Scope, expr: &ast::Expr) -> Result<Typed> {
    use ast::Expr as E;
    match expr {
        E::Identifier(name) => scope.resolve(std::slice::from_ref(name)),
        E::CompoundIdentifier(path) => scope.resolve(path),
        E::Value(value) => literal::literal(value),
        E::Nested(inner) => expression(scope, inner),
        E::UnaryOp { op, expr: inner } => operator::unary(scope, *op, inner, expr),
        E::BinaryOp { left, op, right } => operator::binary(scope, left, op, right, expr),
        E::IsNull(inner) => Ok(Typed::boolean(expression(scope, inner)?.expr.is_null())),
        E::IsNotNull(inner) => Ok(Typed::boolean(expression(scope, inner)?.expr.is_not_null())),
        E::IsTrue(inner) => Ok(Typed::boolean(condition(scope, inner)?.is_true())),
        E::IsNotTrue(inner) => Ok(Typed::boolean(condition(scope, inner)?.is_not_true())),
        E::IsFalse(inner) => Ok(Typed::boolean(condition(scope, inner)?.is_false())),
        E::IsNotFalse(inner) => Ok(Typed::boolean(condition(scope, inner)?.is_not_false())),
        E::IsDistinctFrom(left, right) => {
            operator::compare(scope, left, Operator::IsDistinctFrom, right, expr)
        }
        E::IsNotDistinctFrom(left, right) => {
            operator::compare(scope, left, Operator::IsNotDistinctFrom, right, expr)
        }
        E::InList { expr: needle, list, negated } => in_list(scope, needle, list, *negated),
        E::Between { expr: inner, negated, low, high } => {
            let above = operator::compare(scope, inner, Operator::GtEq, low, expr)?.expr;
            let below = operator::compare(scope, inner, Operator::LtEq, high, expr)?.expr;
            Ok(Typed::boolean(negate(*negated, above.and(below))))
        }
        E::Like { negated, any: false, expr: text, pattern, escape_char: None } => {
            like(scope, text, pattern, *negated, false)
        }
        E::ILike { negated, any: false, expr: text, pattern, escape_char: None } => {
            like(scope, text, pattern, *negated, true)
        }
        E::RLike { negated, expr: text, pattern, .. } => {
            let found = rlike(scope, text, pattern)?;
            Ok(Typed::boolean(negate(*negated, found.expr)))
        }
        E::Case { operand, conditions, else_result, .. } => {
            case(scope, operand.as_deref(), conditions, else_result.as_deref(), expr)
        }
        E::Cast { kind, expr: inner, data_type, array: false, format: None } => {
            let mode = if matches!(kind, ast::CastKind::TryCast) { Mode::TryCast } else { Mode::Cast };
            let to = cast_target(data_type, expr)?;
            expression(scope, inner)?.cast(&to, mode, inner)
        }
        E::Function(call) => functions::function(scope, call, expr),
        E::Interval(_) => {
            SqlError::on(expr, "an INTERVAL is added to a DATE or a TIMESTAMP, it is no column")
        }
        E::TypedString(typed) => literal::typed(typed, expr),
        E::CompoundFieldAccess { root, access_chain } => access(scope, root, access_chain, expr),
        E::Subquery(_) | E::InSubquery { .. } | E::Exists { .. } => SqlError::on(
            expr,
            "a subquery in an expression is not row by row; a cleaning query sees one record at a time",
        ),
        _ => call_with_words(scope, expr),
    }
}

/// Functions that have a form of their own beside `name(..)`: `trim(BOTH 'x' FROM y)`.
fn call_with_words(scope: &Scope, expr: &ast::Expr) -> Result<Typed> {
    use ast::Expr as E;
    match expr {
        E::Trim { trim_where, trim_what, expr: text, trim_characters: None } => {
            functions::trim(scope, *trim_where, trim_what.as_deref(), text)
        }
        E::Substring { expr: text, substring_from, substring_for, .. } => {
            let rest = [substring_from, substring_for].into_iter().flatten().map(Box::as_ref);
            functions::named(
                scope,
                "substring",
                &std::iter::once(text.as_ref()).chain(rest).collect::<Vec<_>>(),
                expr,
            )
        }
        E::Position { expr: needle, r#in } => functions::named(scope, "instr", &[r#in, needle], expr),
        E::Extract { field, expr: inner, .. } => match interval::part_name(field).as_str() {
            "second" | "seconds" | "s" => SqlError::on(
                expr,
                "extract(SECOND ..) has a fraction in Spark; use second(..) for the whole ones",
            ),
            part => functions::named(scope, part, &[inner], expr),
        },
        E::Overlay { expr: text, overlay_what, overlay_from, overlay_for } => {
            let arguments = [Some(text), Some(overlay_what), Some(overlay_from), overlay_for.as_ref()];
            let arguments: Vec<_> = arguments.into_iter().flatten().map(Box::as_ref).collect();
            functions::named(scope, "overlay", &arguments, expr)
        }
        E::Ceil { expr: inner, field } => ceil_or_floor(scope, "ceil", inner, field, expr),
        E::Floor { expr: inner, field } => ceil_or_floor(scope, "floor", inner, field, expr),
        other => SqlError::on(other, format!("`{other}` is not supported in a cleaning query")),
    }
}

/// A BOOLEAN expression.
pub(super) fn condition(scope: &Scope, expr: &ast::Expr) -> Result<Expr> {
    let typed = expression(scope, expr)?;
    match typed.of {
        DataType::Boolean | DataType::Null | DataType::Utf8 => {
            Ok(typed.cast(&DataType::Boolean, Mode::Cast, expr)?.expr)
        }
        of => SqlError::on(expr, format!("a condition is a BOOLEAN, this is a {}", types::name(&of))),
    }
}

/// Casts several values to the one type that holds them all.
pub(super) fn together(values: Vec<Typed>, source: &ast::Expr) -> Result<(Vec<Expr>, DataType)> {
    let mut of = DataType::Null;
    for value in &values {
        let Some(wider) = types::wider(&of, &value.of) else {
            let (left, right) = (types::name(&of), types::name(&value.of));
            return SqlError::on(source, format!("{left} and {right} do not go together; cast one"));
        };
        of = wider;
    }
    let cast = |value: Typed| Ok(value.cast(&of, Mode::Cast, source)?.expr);
    Ok((values.into_iter().map(cast).collect::<Result<Vec<_>>>()?, of))
}

/// `CASE WHEN .. THEN .. ELSE .. END` of translated parts.
pub(super) fn case_of(
    branches: Vec<(Expr, Typed)>,
    otherwise: Option<Typed>,
    source: &ast::Expr,
) -> Result<Typed> {
    if let Some(blanked) = blank::blank(&branches, otherwise.as_ref()) {
        return Ok(blanked);
    }
    let (conditions, mut values): (Vec<Expr>, Vec<Typed>) = branches.into_iter().unzip();
    let has_else = otherwise.is_some();
    values.extend(otherwise);
    let (mut values, of) = together(values, source)?;
    let otherwise = if has_else { values.pop().map(Box::new) } else { None };
    let branches =
        conditions.into_iter().zip(values).map(|(when, then)| (Box::new(when), Box::new(then))).collect();
    Ok(Typed { expr: Expr::Case(Case::new(None, branches, otherwise)), of })
}

fn case(
    scope: &Scope,
    operand: Option<&ast::Expr>,
    conditions: &[ast::CaseWhen],
    otherwise: Option<&ast::Expr>,
    source: &ast::Expr,
) -> Result<Typed> {
    let mut branches = Vec::with_capacity(conditions.len());
    for branch in conditions {
        let when = match operand {
            Some(operand) => {
                operator::compare(scope, operand, Operator::Eq, &branch.condition, &branch.condition)?.expr
            }
            None => condition(scope, &branch.condition)?,
        };
        branches.push((when, expression(scope, &branch.result)?));
    }
    let otherwise = otherwise.map(|expr| expression(scope, expr)).transpose()?;
    case_of(branches, otherwise, source)
}

/// `ceil(x, 2)` has a form of its own in the parser.
fn ceil_or_floor(
    scope: &Scope,
    name: &str,
    inner: &ast::Expr,
    field: &ast::CeilFloorKind,
    source: &ast::Expr,
) -> Result<Typed> {
    match field {
        ast::CeilFloorKind::Scale(scale) => {
            functions::named(scope, name, &[inner, &ast::Expr::Value(scale.clone())], source)
        }
        ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) => {
            functions::named(scope, name, &[inner], source)
        }
        ast::CeilFloorKind::DateTimeField(_) => {
            SqlError::on(source, format!("{name} to a unit is date_trunc"))
        }
    }
}

/// `list[0]`, `map['key']`, `struct.member`, in any order behind each other.
fn access(scope: &Scope, root: &ast::Expr, chain: &[ast::AccessExpr], source: &ast::Expr) -> Result<Typed> {
    let mut found = expression(scope, root)?;
    for step in chain {
        found = match step {
            ast::AccessExpr::Dot(ast::Expr::Identifier(name)) => super::column::member(found, name)?,
            ast::AccessExpr::Subscript(ast::Subscript::Index { index }) => {
                functions::subscript(found, expression(scope, index)?, index)?
            }
            _ => return SqlError::on(source, format!("`{source}` is not supported in a cleaning query")),
        };
    }
    Ok(found)
}

fn in_list(scope: &Scope, needle: &ast::Expr, list: &[ast::Expr], negated: bool) -> Result<Typed> {
    let mut values = vec![expression(scope, needle)?];
    for expr in list {
        values.push(expression(scope, expr)?);
    }
    let (mut values, _) = together(values, needle)?;
    let list = values.split_off(1);
    let Some(needle) = values.pop() else { return SqlError::on(needle, "IN needs a value") };
    Ok(Typed::boolean(Expr::InList(InList::new(Box::new(needle), list, negated))))
}

fn like(
    scope: &Scope,
    text: &ast::Expr,
    pattern: &ast::Expr,
    negated: bool,
    case_insensitive: bool,
) -> Result<Typed> {
    let text = string(scope, text)?;
    let pattern = string(scope, pattern)?;
    Ok(Typed::boolean(Expr::Like(Like::new(
        negated,
        Box::new(text),
        Box::new(pattern),
        None,
        case_insensitive,
    ))))
}

pub(super) fn rlike(scope: &Scope, text: &ast::Expr, pattern: &ast::Expr) -> Result<Typed> {
    let (regex, label) = pattern_of(scope, pattern)?;
    let text = string(scope, text)?;
    let expr =
        function::call(format!("rlike {label}"), DataType::Boolean, vec![text], regex::is_match(regex));
    Ok(Typed::boolean(expr))
}

/// A pattern, which has to stand in the SQL as a string, and that string.
pub(super) fn pattern_of(scope: &Scope, pattern: &ast::Expr) -> Result<(Pattern, String)> {
    let typed = expression(scope, pattern)?;
    let Some(text) = typed.as_text() else {
        return SqlError::on(
            pattern,
            "a pattern has to be a string in the SQL, so that it can be checked beforehand",
        );
    };
    let regex = regex::compile(text).map_err(|message| SqlError::at(pattern.span(), message))?;
    Ok((regex, text.to_owned()))
}

/// Any plain value as STRING; a list is none.
pub(super) fn string(scope: &Scope, expr: &ast::Expr) -> Result<Expr> {
    let typed = expression(scope, expr)?;
    if matches!(typed.of, DataType::List(_)) {
        return SqlError::on(expr, "an ARRAY is no STRING; join it with concat_ws, or cast it");
    }
    Ok(typed.cast(&DataType::Utf8, Mode::Cast, expr)?.expr)
}

fn negate(negated: bool, expr: Expr) -> Expr {
    if negated { Expr::Not(Box::new(expr)) } else { expr }
}

/// `left = right` of two values already translated.
pub(super) fn equal(left: Typed, right: Typed, source: &ast::Expr) -> Result<Expr> {
    let Some(of) = types::comparable(&left.of, &right.of) else {
        let message =
            format!("a {} cannot be compared with a {}", types::name(&left.of), types::name(&right.of));
        return SqlError::on(source, message);
    };
    let (left, right) = (left.cast(&of, Mode::Cast, source)?, right.cast(&of, Mode::Cast, source)?);
    Ok(binary_expr(left.expr, Operator::Eq, right.expr))
}

/// The type that a cast names; a VARCHAR or CHAR is a STRING, as Spark's cast takes it.
fn cast_target(data_type: &ast::DataType, source: &ast::Expr) -> Result<DataType> {
    use ast::DataType as D;
    if matches!(data_type, D::Varchar(_) | D::Char(_) | D::Character(_) | D::CharacterVarying(_)) {
        return Ok(DataType::Utf8);
    }
    let ddl = SourceText { file: String::new(), text: format!("x {data_type}") };
    match Schema::parse(&ddl) {
        Ok(schema) => Ok(schema.fields[0].data_type.to_arrow()),
        Err(_) => SqlError::on(source, format!("there is no type {data_type} to cast to")),
    }
}
