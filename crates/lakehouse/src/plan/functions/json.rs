//! Functions of JSON in a string.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::DataType as ArrowType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::{self, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned};

use super::super::error::{Result, SqlError};
use super::super::expression::Typed;
use super::Call;
use crate::decode::{JsonPath, array_length, from_json};
use crate::definition::{DateFormat, DecodeOptions, SourceText};
use crate::schema::{DataType, Schema};
use crate::spark::rows::{ints, texts};

pub(super) const NAMES: &[&str] = &["from_json", "get_json_object", "json_array_length"];

pub(super) fn call(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "from_json" => parsed(call),
        "json_array_length" => {
            call.of_types(&[ArrowType::Utf8], 1, ArrowType::Int32, ints(|row| array_length(row.text(0)?)))
        }
        _ => get_json_object(call),
    }
}

fn get_json_object(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=2)?;
    let null = || Typed { expr: Expr::Literal(ScalarValue::Utf8(None), None), of: ArrowType::Utf8 };
    if call.is_null_literal(1)? {
        return Ok(null());
    }
    let text = call.constant_text(1, "a path")?;
    if text.contains("[*][*]") {
        return SqlError::on(call.arguments[1], "[*][*] is not supported in a path; take one list at a time");
    }
    let Some(path) = JsonPath::parse(&text) else {
        let message = format!("'{text}' is no path; write $.member, $.list[0] or $.list[*].member");
        return SqlError::on(call.arguments[1], message);
    };
    let columns = vec![call.as_type(0, &ArrowType::Utf8)?];
    Ok(call.call(&text, ArrowType::Utf8, columns, texts(move |row| path.find(row.text(0)?))))
}

/// `from_json(text, 'ddl'[, map('timestampFormat', '..', 'dateFormat', '..')])`.
fn parsed(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=3)?;
    let ddl = call.constant_text(1, "a schema")?;
    let data_type = root_type(&ddl).map_err(|message| SqlError::at(call.arguments[1].span(), message))?;
    let formats = match call.arguments.get(2) {
        Some(options) => formats(call, options)?,
        None => DecodeOptions::default(),
    };
    let texts = vec![call.as_type(0, &ArrowType::Utf8)?];
    let returns = data_type.to_arrow();
    let label = format!("{ddl} {:?} {:?}", formats.timestamp_format, formats.date_format);
    Ok(call.call(&label, returns, texts, move |columns, _| {
        from_json(columns[0].as_string(), &data_type, &formats)
    }))
}

/// `a INT, b STRING` is a STRUCT; `ARRAY<..>`, `MAP<..>` and `STRUCT<..>` are themselves.
fn root_type(ddl: &str) -> std::result::Result<DataType, String> {
    let source = |text: String| SourceText { file: "the schema".to_owned(), text };
    let upper = ddl.trim_start().to_ascii_uppercase();
    if ["ARRAY<", "MAP<", "STRUCT<"].iter().any(|word| upper.replace(' ', "").starts_with(word)) {
        let mut schema = Schema::parse(&source(format!("root {ddl}"))).map_err(|error| error.to_string())?;
        return Ok(schema.fields.remove(0).data_type);
    }
    let schema = Schema::parse(&source(ddl.to_owned())).map_err(|error| error.to_string())?;
    Ok(DataType::Struct(schema.fields))
}

/// The options, which have to be a `map` of strings in the SQL.
fn formats(call: &Call<'_>, options: &ast::Expr) -> Result<DecodeOptions> {
    let expected = "the options of from_json are map('timestampFormat', '..', 'dateFormat', '..')";
    let ast::Expr::Function(map) = options else { return SqlError::on(options, expected) };
    let FunctionArguments::List(list) = &map.args else { return SqlError::on(options, expected) };
    if !map.name.to_string().eq_ignore_ascii_case("map") {
        return SqlError::on(options, expected);
    }
    let mut words = Vec::new();
    for argument in &list.args {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument else {
            return SqlError::on(options, expected);
        };
        match super::super::expression::expression(call.scope, expr)?.as_text() {
            Some(word) => words.push((word.to_owned(), expr)),
            None => return SqlError::on(expr, expected),
        }
    }
    let mut formats = DecodeOptions::default();
    for pair in words.chunks(2) {
        let [(name, at), (format, format_at)] = pair else { return SqlError::on(options, expected) };
        let wrong = |message| SqlError::at(format_at.span(), message);
        match name.to_ascii_lowercase().as_str() {
            "timestampformat" => {
                formats.timestamp_format = Some(DateFormat::timestamp(format).map_err(wrong)?);
            }
            "dateformat" => formats.date_format = Some(DateFormat::date(format).map_err(wrong)?),
            "mode" if format.eq_ignore_ascii_case("permissive") => {}
            _ => {
                return SqlError::on(
                    at,
                    format!("the option {name} of from_json is not supported; {expected}"),
                );
            }
        }
    }
    Ok(formats)
}
