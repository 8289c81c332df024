//! Names of tables and columns, quoted so that no name is ever read as SQL.

/// A table, on a database server perhaps with the schema that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableName {
    schema: Option<String>,
    name: String,
}

impl TableName {
    /// A name as it stands; SQLite's tables may have dots in theirs.
    pub(super) fn whole(text: &str) -> Self {
        Self { schema: None, name: text.to_owned() }
    }

    /// `table`, or `schema.table`; what MySQL calls a database is a schema here.
    pub(super) fn qualified(text: &str) -> Self {
        match text.split_once('.') {
            Some((schema, name)) => Self { schema: Some(schema.to_owned()), name: name.to_owned() },
            None => Self::whole(text),
        }
    }

    pub(super) fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The name in SQL, each part by itself quoted by `quote`.
    pub(super) fn quoted(&self, quote: fn(&str) -> String) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quote(schema), quote(&self.name)),
            None => quote(&self.name),
        }
    }
}

/// As standard SQL, SQLite and PostgreSQL quote.
pub(crate) fn double_quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// As MySQL quotes.
pub(crate) fn backticked(identifier: &str) -> String {
    format!("`{}`", identifier.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_name_is_doubled_and_a_dot_parts_schema_and_table() {
        assert_eq!(
            TableName::whole("a.b\"; DROP TABLE x; --").quoted(double_quoted),
            "\"a.b\"\"; DROP TABLE x; --\""
        );
        assert_eq!(TableName::qualified("a`.b").quoted(backticked), "`a```.`b`");
    }
}
