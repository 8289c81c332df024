//! Expressions and Spark's own answers; queries and the words with which they are refused.

use serde_json::Value;

use crate::clean::Cleaner;
use crate::clean::tests::definition;
use crate::dry_run::dry_run;
use crate::limits::EXPRESSION_DEPTH_MAX;

/// An expression, a tab and the JSON of what Spark 4.0 makes of it (ANSI off, session zone UTC); decimals in quotes.
const SPARK: &str = include_str!("spark.tsv");

/// The same for functions, out of Spark 4.0.1.
const FUNCTIONS: &str = include_str!("functions.tsv");

fn evaluate(expression: &str) -> Result<Value, String> {
    let definition = definition("x STRING", &format!("SELECT {expression} AS v FROM stream"));
    let cleaner = Cleaner::prepare(&definition).map_err(|error| error.to_string())?;
    let line = dry_run(&cleaner, "{}").map_err(|error| error.to_string())?;
    match line.rows {
        Some(rows) => Ok(rows[0]["v"].clone()),
        None => Err(line.quarantined.unwrap_or_default()),
    }
}

#[test]
fn every_expression_gives_sparks_answer() {
    check_all(SPARK);
}

#[test]
fn every_function_gives_sparks_answers() {
    check_all(FUNCTIONS);
}

fn check_all(lines: &str) {
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let (expression, expected) = line.split_once('\t').unwrap();
        let spark: Value = serde_json::from_str(expected).unwrap();
        let got = evaluate(expression);
        if !got.as_ref().is_ok_and(|got| same(got, &spark)) {
            wrong.push(format!("{expression}\n  spark: {expected}\n  ours:  {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Spark's JSON leaves null members out, has decimals as numbers without trailing zeros, and its logarithms and powers may
/// differ in the last digit.
fn same(got: &Value, spark: &Value) -> bool {
    match (got, spark) {
        (Value::Array(got), Value::Array(spark)) => {
            got.len() == spark.len() && got.iter().zip(spark).all(|(got, spark)| same(got, spark))
        }
        (Value::Object(got), Value::Object(spark)) => {
            got.iter().all(|(name, value)| same(value, spark.get(name).unwrap_or(&Value::Null)))
                && spark.keys().all(|name| got.contains_key(name))
        }
        (Value::String(decimal), Value::Number(spark)) => {
            decimal.parse::<f64>().ok().is_some_and(|got| Some(got) == spark.as_f64())
        }
        (Value::Number(left), Value::Number(right)) if left.is_f64() && right.is_f64() => {
            let (left, right) = (left.as_f64().unwrap_or(0.0), right.as_f64().unwrap_or(0.0));
            (left - right).abs() <= right.abs() * 4e-16
        }
        _ => got == spark || decimals_equal(got, &spark.to_string()),
    }
}

#[test]
fn an_expression_as_deep_as_allowed_is_evaluated_and_a_deeper_one_refused() {
    let sum = |terms: usize| vec!["1"; terms].join("+");
    assert_eq!(evaluate(&sum(EXPRESSION_DEPTH_MAX)).unwrap(), EXPRESSION_DEPTH_MAX);
    let error = evaluate(&sum(9_000)).expect_err("too deep");
    assert_eq!(error, "test.sql:1:1: expressions are nested deeper than 64; use IN or a second SELECT");
    let error = evaluate(&sum(100_000)).expect_err("too long");
    assert_eq!(error, "test.sql:1:1: the SQL has more than 20000 words and marks");
}

#[test]
fn the_guide_names_every_function() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/pipelines.md");
    let guide = fs_err::read_to_string(guide).unwrap();
    for name in super::functions::names() {
        let missing = !guide.contains(&format!("`{name}`")) && !guide.contains(&format!("`{name}("));
        assert!(!missing, "docs/pipelines.md does not name {name}");
        let unknown =
            evaluate(&format!("{name}()")).is_err_and(|error| error.contains("there is no function"));
        assert!(!unknown, "{name} is no function");
    }
}

/// Decimals are recorded without trailing zeros.
fn decimals_equal(got: &Value, expected: &str) -> bool {
    let number = |text: &str| text.trim_matches('"').parse::<f64>().ok();
    got.is_string()
        && number(got.as_str().unwrap_or_default()).is_some_and(|got| Some(got) == number(expected))
}

/// Where the answer is not Spark's; docs/pipelines.md names each.
#[test]
fn what_differs_from_spark_is_known() {
    for (expression, spark, ours) in [
        // Java reads hexadecimal doubles, and decimals in any script's digits.
        ("cast('0x1p3' as double)", "8.0", "null"),
        ("cast('１' as decimal(10,2))", "1.0", "null"),
        // Spark resolves these words in literals only, and reads a time without a date as today's.
        ("to_timestamp('epoch')", r#""1970-01-01T00:00:00.000000Z""#, "null"),
        ("to_timestamp('T02:30:10')", "today at 02:30:10", "null"),
    ] {
        assert_eq!(evaluate(expression).unwrap().to_string(), ours, "of {expression}, Spark gives {spark}");
    }
}

/// Prepares a query over `index INT, title STRING, follower_count STRING` and shows why it is refused.
fn check_refused(sql: &str, expected: &str) {
    let definition = definition("index INT, title STRING, follower_count STRING, s STRUCT<a: INT>", sql);
    let error = Cleaner::prepare(&definition).expect_err(sql).to_string();
    assert_eq!(error, expected, "of {sql}");
}

#[test]
fn a_name_that_is_not_there_is_refused_with_the_nearest() {
    check_refused(
        "SELECT index,\n  folower_count FROM stream",
        "test.sql:2:3: `stream` has no column `folower_count`; did you mean `follower_count`?",
    );
    check_refused(
        "SELECT zzz FROM stream",
        "test.sql:1:8: `stream` has no column `zzz`; there are index, title, follower_count, s, partitionKey, stream, \
         shardId, sequenceNumber, approximateArrivalTimestamp, subSequenceNumber",
    );
    check_refused("SELECT s.b FROM stream", "test.sql:1:10: the struct has no member `b`");
    check_refused(
        "SELECT lowr(title) AS t FROM stream",
        "test.sql:1:8: there is no function lowr for cleaning; did you mean `lower`?",
    );
    check_refused(
        "SELECT index FROM streem",
        "test.sql:1:19: there is no table `streem` here; the records are in `stream`; did you mean `stream`?",
    );
}

#[test]
fn what_is_not_row_by_row_is_refused() {
    let one = "a cleaning query makes rows of one record at a time";
    for (sql, expected) in [
        (
            "SELECT count(*) AS n FROM stream",
            "test.sql:1:8: count is an aggregate; a cleaning query makes one row of one record",
        ),
        (
            "SELECT index FROM stream GROUP BY index",
            &format!("test.sql:1:1: GROUP BY is not row by row; {one}"),
        ),
        ("SELECT DISTINCT index FROM stream", &format!("test.sql:1:1: DISTINCT is not row by row; {one}")),
        (
            "SELECT index FROM stream ORDER BY index",
            &format!("test.sql:1:35: ORDER BY is not row by row; {one}"),
        ),
        (
            "SELECT a.index FROM stream a JOIN stream b ON true",
            &format!("test.sql:1:35: a join is not row by row; {one}"),
        ),
        (
            "SELECT index FROM stream UNION ALL SELECT index FROM stream",
            &format!("test.sql:1:1: not a plain SELECT; {one}"),
        ),
        ("DROP TABLE stream", "test.sql:1:1: not a SELECT; a cleaning query is one SELECT .. FROM stream"),
        ("", "test.sql:1:1: there is no statement; write SELECT .. FROM stream"),
    ] {
        check_refused(sql, expected);
    }
}

#[test]
fn what_would_differ_at_a_replay_is_refused() {
    let again = "would give another value when the record is read again";
    check_refused(
        "SELECT rand() AS r FROM stream",
        &format!("test.sql:1:8: rand {again}; derive it from the record's columns"),
    );
    check_refused(
        "SELECT current_timestamp() AS t FROM stream",
        &format!(
            "test.sql:1:8: current_timestamp {again}; use approximateArrivalTimestamp, when Kinesis took it"
        ),
    );
    check_refused(
        "SELECT unix_timestamp() AS t FROM stream",
        "test.sql:1:8: unix_timestamp without an argument is the time of now, another one at a replay; give it a column",
    );
    check_refused(
        "SELECT explode(split(title, ',')) AS t FROM stream",
        "test.sql:1:8: explode makes several rows; a cleaning query makes one row of one record",
    );
    check_refused(
        "SELECT row_number() AS n FROM stream",
        "test.sql:1:8: row_number is a window function; a cleaning query sees one record at a time",
    );
}

#[test]
fn a_record_that_would_take_too_much_is_set_aside() {
    for (expression, expected) in [
        ("repeat('x', 2000000000)", "a text of more than 16777216 bytes"),
        ("lpad('x', 2000000000, 'y')", "a text of more than 16777216 bytes"),
        ("space(2000000000)", "a text of more than 16777216 bytes"),
        ("levenshtein(repeat('x', 20000), repeat('y', 20000))", "the texts are too long for levenshtein"),
        (
            r"regexp_extract(repeat('a', 60), '(a|aa)+\\1c', 1)",
            "the pattern takes more than 2000000 steps on this text",
        ),
    ] {
        let error = evaluate(expression).expect_err(expression);
        assert!(error.contains(expected), "of {expression}: {error}");
    }
}

#[test]
fn arguments_that_do_not_fit_are_refused_at_their_place() {
    let mut wrong = Vec::new();
    for (expression, expected) in [
        (
            "from_json(title, 'a IN')",
            "25: the schema:1:3: the type IN is not known here; there are STRING, INT",
        ),
        (
            "from_json(title, 'a INT', map('mode', 'FAILFAST'))",
            "38: the option mode of from_json is not supported",
        ),
        (
            "from_json(title, 't TIMESTAMP', map('timestampFormat', 'qqq'))",
            "63: the pattern 'qqq' cannot be used",
        ),
        ("get_json_object(title, 'a.b')", "31: 'a.b' is no path; write $.member"),
        ("date_format(title, 'nn')", "27: the pattern 'nn' cannot be used: the letter n is not supported"),
        ("from_utc_timestamp(title, 'Mars')", "34: there is no time zone Mars"),
        ("element_at(split(title, ','), 0)", "38: places are counted from 1"),
        ("size(title)", "13: size takes an ARRAY or a MAP, this is a STRING"),
        ("array_contains(array(1), s)", "33: a STRUCT cannot be in this ARRAY<INT>"),
        ("encode(title, 'latin9')", "22: there is no character set latin9"),
        ("lpad(title)", "8: lpad takes 2 to 3 arguments, here are 1"),
        ("to_date(title) + interval '3 fortnights'", "8: there is no unit fortnights; write an INTERVAL as"),
        ("index + interval 1 day", "8: an INTERVAL is added to a DATE or a TIMESTAMP, not to a INT"),
        ("interval 1 day", "17: an INTERVAL is added to a DATE or a TIMESTAMP, it is no column"),
        ("date '2022-02-30'", "13: '2022-02-30' is no DATE"),
        ("abs(s)", "12: abs takes a number, this is a STRUCT"),
    ] {
        let schema = "index INT, title STRING, s STRUCT<a: INT>";
        let definition = definition(schema, &format!("SELECT {expression} AS v FROM stream"));
        let error = Cleaner::prepare(&definition).expect_err(expression).to_string();
        if !error.starts_with(&format!("test.sql:1:{expected}")) {
            wrong.push(format!("{expression}\n  expected {expected}\n  got      {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_has_no_meaning_is_refused_at_its_place() {
    check_refused("SELECT index FROM", "test.sql:1:1: expected: identifier, found: EOF");
    check_refused("SELECT 'abc FROM stream", "test.sql:1:8: Unterminated string literal");
    check_refused("SELECT index + 1 FROM stream", "test.sql:1:8: this column has no name; add AS and one");
    check_refused(
        "SELECT index, title AS Index FROM stream",
        "test.sql:1:24: the column `Index` is there twice; name one otherwise with AS",
    );
    check_refused(
        "SELECT NULL AS n FROM stream",
        "test.sql:1:1: the column `n` is NULL without a type; cast it to one",
    );
    check_refused("SELECT cast(s AS INT) AS n FROM stream", "test.sql:1:13: a STRUCT cannot be cast to INT");
    check_refused(
        "SELECT cast(title AS NUMBER) AS n FROM stream",
        "test.sql:1:13: there is no type NUMBER to cast to",
    );
    check_refused(
        "SELECT index FROM stream WHERE index",
        "test.sql:1:32: a condition is a BOOLEAN, this is a INT",
    );
    check_refused(
        "SELECT regexp_replace(title, '(', '') AS t FROM stream",
        "test.sql:1:30: the pattern '(' cannot be used: unclosed group near index 1",
    );
    check_refused(
        "SELECT regexp_replace(title, follower_count, '') AS t FROM stream",
        "test.sql:1:30: a pattern has to be a string in the SQL, so that it can be checked beforehand",
    );
    check_refused(
        "SELECT regexp_replace(title, 'a', '$1') AS t FROM stream",
        "test.sql:1:35: the replacement '$1' names the group 1, which the pattern does not have",
    );
    check_refused(
        "SELECT to_timestamp(title, 'qqq') AS t FROM stream",
        "test.sql:1:28: the pattern 'qqq' cannot be used: the letter q is not supported; there are y M d H h m s S a X x Z z V",
    );
    check_refused(
        "SELECT upper(title, 1) AS t FROM stream",
        "test.sql:1:8: upper takes 1 arguments, here are 2",
    );
    check_refused(
        "SELECT concat(array(title), 'x') AS t FROM stream",
        "test.sql:1:29: concat takes an ARRAY here, this is a STRING",
    );
}
