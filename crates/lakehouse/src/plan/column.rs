//! Names to columns.
//!
//! What must stay true: names are found as Spark finds them, case aside unless two columns differ by case only; a name that
//! is not there is refused with the nearest that is.

use std::cell::Cell;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::Ident;
use datafusion::sql::sqlparser::tokenizer::Span;

use super::error::{Result, SqlError, did_you_mean};
use super::expression::Typed;
use crate::limits::EXPRESSION_DEPTH_MAX;
use crate::spark::function;

/// The columns that an expression may name, and the table they are of.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// The table, by its alias where it has one.
    pub(super) table: String,
    pub(super) columns: SchemaRef,
    /// How many expressions are being translated inside each other.
    depth: Cell<usize>,
}

impl Scope {
    pub(super) fn new(table: String, columns: SchemaRef) -> Self {
        Self { table, columns, depth: Cell::new(0) }
    }

    /// Translates one level deeper, unless that is too deep. The error has no place: finding it would go as deep.
    pub(super) fn deeper<T>(&self, translate: impl FnOnce() -> Result<T>) -> Result<T> {
        let depth = self.depth.get();
        if depth >= EXPRESSION_DEPTH_MAX {
            let message = format!(
                "expressions are nested deeper than {EXPRESSION_DEPTH_MAX}; use IN or a second SELECT"
            );
            return Err(SqlError::at(Span::empty(), message));
        }
        self.depth.set(depth + 1);
        let result = translate();
        self.depth.set(depth);
        result
    }

    /// `name`, `table.name`, and either with members of structs after it.
    pub(super) fn resolve(&self, path: &[Ident]) -> Result<Typed> {
        let path = match path {
            [table, rest @ ..] if !rest.is_empty() && table.value.eq_ignore_ascii_case(&self.table) => rest,
            _ => path,
        };
        let [name, members @ ..] = path else {
            return Err(SqlError::at(Span::empty(), "a name is missing"));
        };
        let field = self.columns.field(self.position(name)?);
        let column = Expr::Column(Column::new_unqualified(field.name()));
        let mut found = Typed { expr: column, of: field.data_type().clone() };
        for member in members {
            found = self::member(found, member)?;
        }
        Ok(found)
    }

    fn position(&self, name: &Ident) -> Result<usize> {
        let fields = self.columns.fields();
        if let Some(at) = fields.iter().position(|field| *field.name() == name.value) {
            return Ok(at);
        }
        let same: Vec<usize> = (0..fields.len())
            .filter(|&at| fields[at].name().to_lowercase() == name.value.to_lowercase())
            .collect();
        match same.as_slice() {
            [at] => Ok(*at),
            [] => {
                let hint = did_you_mean(&name.value, fields.iter().map(|field| field.name().as_str()));
                let message = format!("`{}` has no column `{}`{hint}", self.table, name.value);
                SqlError::on_name(
                    name,
                    if hint.is_empty() { format!("{message}; there are {}", self.names()) } else { message },
                )
            }
            _ => SqlError::on_name(
                name,
                format!("`{}` fits several columns that differ by case only", name.value),
            ),
        }
    }

    fn names(&self) -> String {
        const SHOWN_MAX: usize = 20;
        let fields = self.columns.fields();
        let mut shown: Vec<&str> = fields.iter().take(SHOWN_MAX).map(|field| field.name().as_str()).collect();
        if fields.len() > SHOWN_MAX {
            shown.push("..");
        }
        shown.join(", ")
    }
}

/// A member of a struct.
pub(super) fn member(of: Typed, name: &Ident) -> Result<Typed> {
    let DataType::Struct(fields) = &of.of else {
        return SqlError::on_name(
            name,
            format!("`{}` is asked of a {}, which has no members", name.value, super::types::name(&of.of)),
        );
    };
    let at = fields.iter().position(|field| field.name().eq_ignore_ascii_case(&name.value));
    let Some(at) = at else {
        let hint = did_you_mean(&name.value, fields.iter().map(|field| field.name().as_str()));
        return SqlError::on_name(name, format!("the struct has no member `{}`{hint}", name.value));
    };
    let data_type = fields[at].data_type().clone();
    let label = format!("member {at}");
    let expr = function::call(label, data_type.clone(), vec![of.expr], move |columns, _| {
        crate::spark::text::member(&columns[0], at)
    });
    Ok(Typed { expr, of: data_type })
}
