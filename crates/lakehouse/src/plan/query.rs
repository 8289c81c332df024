//! The shape of a cleaning query: `[WITH ..] SELECT .. FROM stream [WHERE ..]`, SELECTs inside SELECTs allowed.
//!
//! What must stay true: each level is a filter and a projection over the level below and nothing else, so a query is a chain
//! that ends at `stream`. Everything that needs more than one row, or another table, is refused by name.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::{
    GroupByExpr, Ident, Query, Select, SelectItem, SetExpr, Spanned, Statement, TableAlias, TableFactor,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::column::Scope;
use super::error::{Result, SqlError, did_you_mean};
use super::expression::{condition, expression};
use super::{Selection, dialect, types};
use crate::decode::HIDDEN_KEY;
use crate::limits::SQL_BYTES_MAX;

const ONE_RECORD: &str = "a cleaning query makes rows of one record at a time";

/// The chain of selections that `sql` stands for, over the columns of `stream`.
pub(super) fn selections(sql: &str, stream: &SchemaRef) -> Result<Vec<Selection>> {
    if sql.len() > SQL_BYTES_MAX {
        return Err(SqlError::at(Span::empty(), format!("the SQL is larger than {SQL_BYTES_MAX} bytes")));
    }
    let statements = dialect::parse(sql)?;
    let query = match statements.as_slice() {
        [Statement::Query(query)] => query,
        [] => return Err(SqlError::at(Span::empty(), "there is no statement; write SELECT .. FROM stream")),
        [Statement::Query(_), second, ..] => {
            return Err(SqlError::at(second.span(), "a second statement; a cleaning query is one SELECT"));
        }
        [other, ..] => {
            return Err(SqlError::at(
                other.span(),
                "not a SELECT; a cleaning query is one SELECT .. FROM stream",
            ));
        }
    };
    let mut planner = Planner { stream, tables: Vec::new() };
    let selections = planner.query(query)?;
    if let Some(last) = selections.last() {
        check_output(last, query.span())?;
    }
    Ok(selections)
}

/// Queries that were given a name by WITH, innermost last.
struct Planner<'a> {
    stream: &'a SchemaRef,
    tables: Vec<(String, &'a Query)>,
}

impl<'a> Planner<'a> {
    fn query(&mut self, query: &'a Query) -> Result<Vec<Selection>> {
        refuse_in_query(query)?;
        let outer = self.tables.len();
        if let Some(with) = &query.with {
            if with.recursive {
                return Err(SqlError::at(
                    with.span(),
                    format!("WITH RECURSIVE is not row by row; {ONE_RECORD}"),
                ));
            }
            for table in &with.cte_tables {
                no_column_aliases(&table.alias)?;
                self.tables.push((table.alias.name.value.clone(), &table.query));
            }
        }
        let selections = match query.body.as_ref() {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(inner) => self.query(inner),
            other => Err(SqlError::at(other.span(), format!("not a plain SELECT; {ONE_RECORD}"))),
        };
        self.tables.truncate(outer);
        selections
    }

    fn select(&mut self, select: &'a Select) -> Result<Vec<Selection>> {
        refuse_in_select(select)?;
        let (mut selections, scope) = self.source(select)?;
        let filter = select.selection.as_ref().map(|expr| condition(&scope, expr)).transpose()?;
        let mut fields: Vec<Field> = Vec::new();
        let mut columns = Vec::new();
        for item in &select.projection {
            for (name, typed) in item_columns(&scope, item)? {
                if fields.iter().any(|field| field.name().to_lowercase() == name.value.to_lowercase()) {
                    return SqlError::on_name(
                        &name,
                        format!("the column `{}` is there twice; name one otherwise with AS", name.value),
                    );
                }
                fields.push(output_field(&scope, &name.value, &typed));
                columns.push(typed.expr);
            }
        }
        selections.push(Selection { filter, columns, schema: Arc::new(Schema::new(fields)) });
        Ok(selections)
    }

    /// What stands after FROM: the selections below and the columns that they make.
    fn source(&mut self, select: &'a Select) -> Result<(Vec<Selection>, Scope)> {
        let [from] = select.from.as_slice() else {
            let message = format!("a SELECT takes its rows FROM stream alone; {ONE_RECORD}");
            return Err(SqlError::at(select.span(), message));
        };
        if let Some(join) = from.joins.first() {
            return Err(SqlError::at(
                join.relation.span(),
                format!("a join is not row by row; {ONE_RECORD}"),
            ));
        }
        match &from.relation {
            TableFactor::Table { name, alias, args: None, sample: None, version: None, .. } => {
                let table = name.to_string().replace('`', "");
                let shown = alias.as_ref().map_or(table.clone(), |alias| alias.name.value.clone());
                alias.as_ref().map(no_column_aliases).transpose()?;
                let named = self.tables.iter().rposition(|(other, _)| other.eq_ignore_ascii_case(&table));
                if let Some(at) = named {
                    // A name stands for what was defined before it, never for itself.
                    let query = self.tables[at].1;
                    let later = self.tables.split_off(at);
                    let selections = self.query(query);
                    self.tables.extend(later);
                    return scope_over(selections?, shown);
                }
                if !table.eq_ignore_ascii_case("stream") {
                    let known = self.tables.iter().map(|(name, _)| name.as_str()).chain(["stream"]);
                    let hint = did_you_mean(&table, known);
                    let message =
                        format!("there is no table `{table}` here; the records are in `stream`{hint}");
                    return Err(SqlError::at(name.span(), message));
                }
                Ok((Vec::new(), Scope::new(shown, Arc::clone(self.stream))))
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                alias.as_ref().map(no_column_aliases).transpose()?;
                let shown = alias.as_ref().map_or(String::new(), |alias| alias.name.value.clone());
                scope_over(self.query(subquery)?, shown)
            }
            other => Err(SqlError::at(other.span(), format!("this is no table of records; {ONE_RECORD}"))),
        }
    }
}

fn scope_over(selections: Vec<Selection>, table: String) -> Result<(Vec<Selection>, Scope)> {
    let Some(last) = selections.last() else {
        return Err(SqlError::at(Span::empty(), "a SELECT without columns"));
    };
    let scope = Scope::new(table, Arc::clone(&last.schema));
    Ok((selections, scope))
}

/// The columns that an item of the SELECT list makes, with their names.
fn item_columns(scope: &Scope, item: &SelectItem) -> Result<Vec<(Ident, super::expression::Typed)>> {
    use datafusion::sql::sqlparser::ast::Expr as E;
    match item {
        SelectItem::ExprWithAlias { expr, alias } => Ok(vec![(alias.clone(), expression(scope, expr)?)]),
        SelectItem::UnnamedExpr(expr) => {
            let name = match expr {
                E::Identifier(name) => name.clone(),
                E::CompoundIdentifier(path) if !path.is_empty() => path[path.len() - 1].clone(),
                _ => {
                    // What is wrong inside is said first.
                    expression(scope, expr)?;
                    return SqlError::on(expr, "this column has no name; add AS and one");
                }
            };
            Ok(vec![(name, expression(scope, expr)?)])
        }
        SelectItem::Wildcard(options) if options.to_string().is_empty() => {
            let span = options.wildcard_token.0.span;
            let columns = scope
                .columns
                .fields()
                .iter()
                .filter(|field| !field.metadata().contains_key(HIDDEN_KEY))
                .map(|field| Ident::with_quote_and_span('`', span, field.name()));
            columns.map(|name| Ok((name.clone(), scope.resolve(std::slice::from_ref(&name))?))).collect()
        }
        other => Err(SqlError::at(other.span(), format!("`{other}` is not supported in the SELECT list"))),
    }
}

/// A column keeps the comment of the column that it is.
fn output_field(scope: &Scope, name: &str, typed: &super::expression::Typed) -> Field {
    let field = Field::new(name, typed.of.clone(), true);
    match &typed.expr {
        Expr::Column(Column { name: source, .. }) => match scope.columns.field_with_name(source) {
            Ok(source) => {
                let mut metadata = source.metadata().clone();
                metadata.remove(HIDDEN_KEY);
                field.with_metadata(metadata)
            }
            Err(_) => field,
        },
        _ => field,
    }
}

/// What can be computed but not kept in a table.
fn check_output(last: &Selection, span: Span) -> Result<()> {
    for field in last.schema.fields() {
        if types::is_void(field.data_type()) {
            let message = format!("the column `{}` is NULL without a type; cast it to one", field.name());
            return Err(SqlError::at(span, message));
        }
    }
    Ok(())
}

fn no_column_aliases(alias: &TableAlias) -> Result<()> {
    if alias.columns.is_empty() {
        return Ok(());
    }
    SqlError::on_name(&alias.name, "columns are named with AS inside the SELECT, not after the table's name")
}

fn refuse_in_query(query: &Query) -> Result<()> {
    let found = if let Some(order) = &query.order_by {
        Some((order.span(), "ORDER BY"))
    } else if let Some(limit) = &query.limit_clause {
        Some((limit.span(), "LIMIT"))
    } else if query.fetch.is_some() {
        Some((query.span(), "FETCH"))
    } else if !query.pipe_operators.is_empty() {
        Some((query.span(), "|>"))
    } else {
        None
    };
    found.map_or(Ok(()), |(span, what)| {
        Err(SqlError::at(span, format!("{what} is not row by row; {ONE_RECORD}")))
    })
}

fn refuse_in_select(select: &Select) -> Result<()> {
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(expressions, _) => !expressions.is_empty(),
    };
    let found = [
        (select.distinct.is_some(), "DISTINCT"),
        (grouped, "GROUP BY"),
        (select.having.is_some(), "HAVING"),
        (select.qualify.is_some(), "QUALIFY"),
        (!select.lateral_views.is_empty(), "LATERAL VIEW"),
        (!select.sort_by.is_empty(), "SORT BY"),
        (!select.cluster_by.is_empty(), "CLUSTER BY"),
        (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
        (!select.named_window.is_empty(), "WINDOW"),
        (select.into.is_some(), "INTO"),
        (select.top.is_some(), "TOP"),
    ];
    match found.into_iter().find(|(is, _)| *is) {
        Some((_, what)) => {
            Err(SqlError::at(select.span(), format!("{what} is not row by row; {ONE_RECORD}")))
        }
        None => Ok(()),
    }
}
