//! Reads the text of a query and says whether it may run.

use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::Statement as Sql;
use datafusion::sql::sqlparser::dialect::GenericDialect;

use super::QueryError;
use crate::limits::QUERY_RECURSION_MAX;

/// What SHOW TABLES stands for: the Delta tables, and not what describes them.
const SHOW_TABLES: &str =
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name";

/// The one statement in `text`, if it only reads. The generic dialect takes names in double quotes and in backticks.
pub(super) fn parse(text: &str) -> Result<Statement, QueryError> {
    match parse_one(text)? {
        // With LIKE and its relatives it stays what it is, and is refused.
        Statement::Statement(sql) if sql.to_string() == "SHOW TABLES" => parse_one(SHOW_TABLES),
        statement => Ok(statement),
    }
}

fn parse_one(text: &str) -> Result<Statement, QueryError> {
    let parsed = DFParserBuilder::new(text)
        .with_dialect(&GenericDialect {})
        .with_recursion_limit(QUERY_RECURSION_MAX)
        .build()
        .and_then(|mut parser| parser.parse_statements());
    let mut statements = parsed.map_err(|error| QueryError::Parse { message: error.strip_backtrace() })?;
    match statements.pop_front() {
        Some(statement) if statements.is_empty() => {
            check_reads(&statement)?;
            Ok(statement)
        }
        first => Err(QueryError::StatementCount { found: usize::from(first.is_some()) + statements.len() }),
    }
}

/// Says whether a statement can look beyond the tables it names.
pub(super) fn lists_tables(statement: &Statement) -> bool {
    let text = statement.to_string().to_ascii_lowercase();
    text.starts_with("show") || text.contains("information_schema")
}

fn check_reads(statement: &Statement) -> Result<(), QueryError> {
    let reads = match statement {
        Statement::Statement(sql) => matches!(
            **sql,
            Sql::Query(_)
                | Sql::ExplainTable { .. }
                | Sql::Explain { .. }
                | Sql::ShowTables { .. }
                | Sql::ShowColumns { .. }
                | Sql::ShowFunctions { .. }
                | Sql::ShowVariable { .. }
        ),
        Statement::Explain(explain) => return check_reads(&explain.statement),
        _ => false,
    };
    if reads {
        return Ok(());
    }
    let text = statement.to_string();
    let found = text.split_whitespace().next().unwrap_or("this").to_owned();
    Err(QueryError::ReadOnly { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_single_reading_statements_pass() {
        for good in [
            "SELECT 1",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "SHOW TABLES",
            "DESCRIBE t",
            "EXPLAIN SELECT 1",
            "select `a` from \"b\"",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for (bad, said) in [
            ("INSERT INTO t VALUES (1)", "INSERT is refused"),
            ("EXPLAIN ANALYZE DELETE FROM t", "DELETE is refused"),
            ("COPY t TO 'x.csv'", "COPY is refused"),
            ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", "CREATE is refused"),
            ("DROP TABLE t", "DROP is refused"),
            ("SET a = 1", "SET is refused"),
            ("SELECT 1; SELECT 2", "there are 2"),
            ("", "there are 0"),
            ("SELECT (1", "does not parse"),
        ] {
            let error = parse(bad).expect_err(bad).to_string();
            assert!(error.contains(said), "{bad}: {error}");
        }
    }
}
