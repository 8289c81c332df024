//! What stands for "no data", made null: `CASE WHEN x IN ('a', 'b') THEN NULL ELSE x END`, `nullif(x, 'a')`.
//!
//! The commonest step of a cleaning. As a CASE it copies every text; a text that is kept stays where it is here, and only the
//! marks of what is null are made anew. What must stay true: the answer is the CASE's.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use super::expression::Typed;
use crate::spark::{blank as blanks, function};

/// The expression for a CASE of these parts, if it only makes some texts null.
pub(super) fn blank(branches: &[(Expr, Typed)], otherwise: Option<&Typed>) -> Option<Typed> {
    let ([(condition, then)], Some(otherwise)) = (branches, otherwise) else { return None };
    if then.of != DataType::Null || otherwise.of != DataType::Utf8 {
        return None;
    }
    let (subject, words) = match condition {
        Expr::InList(InList { expr, list, negated: false }) => (expr, words(list)?),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
            (left, words(std::slice::from_ref(right))?)
        }
        _ => return None,
    };
    if **subject != otherwise.expr {
        return None;
    }
    let label = format!("null where {words:?}");
    let expr = function::call(label, DataType::Utf8, vec![otherwise.expr.clone()], blanks::null_where(words));
    Some(Typed { expr, of: DataType::Utf8 })
}

/// The texts of literals; `None` if there is anything else. A null is equal to nothing, so it is left out.
fn words(list: &[Expr]) -> Option<Vec<String>> {
    let mut words = Vec::with_capacity(list.len());
    for expr in list {
        match expr {
            Expr::Literal(ScalarValue::Utf8(text), _) => words.extend(text.clone()),
            _ => return None,
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use crate::clean::Cleaner;
    use crate::clean::tests::definition;
    use crate::dry_run::dry_run;

    /// What becomes of null and of some texts; the answers are those of Spark's CASE.
    fn check(expression: &str, expected: &str) {
        let definition = definition("x STRING, y STRING", &format!("SELECT {expression} AS v FROM stream"));
        let cleaner = Cleaner::prepare(&definition).unwrap();
        let answer = |data: &&str| {
            dry_run(&cleaner, (*data).to_owned())
                .unwrap()
                .rows
                .map_or_else(String::new, |rows| rows[0]["v"].to_string())
        };
        let records = ["{}", r#"{"x":"","y":"a"}"#, r#"{"x":"a","y":"b"}"#, r#"{"x":"A"}"#, r#"{"x":"é "}"#];
        assert_eq!(records.iter().map(answer).collect::<Vec<_>>().join(" "), expected, "of {expression}");
    }

    #[test]
    fn texts_that_stand_for_no_data_are_null_and_others_stay() {
        check("CASE WHEN x IN ('', 'a') THEN NULL ELSE x END", r#"null null null "A" "é ""#);
        check("CASE WHEN x IN ('a', NULL) THEN NULL ELSE x END", r#"null "" null "A" "é ""#);
        check("CASE x WHEN 'é ' THEN NULL ELSE x END", r#"null "" "a" "A" null"#);
        check("nullif(x, '')", r#"null null "a" "A" "é ""#);
        check("nullif(nullif(x, ''), 'a')", r#"null null null "A" "é ""#);
        check("nullif(x, NULL)", r#"null "" "a" "A" "é ""#);
        check("if(x = 'a', NULL, x)", r#"null "" null "A" "é ""#);
    }

    #[test]
    fn what_only_looks_like_it_is_a_case_as_ever() {
        check("CASE WHEN x NOT IN ('a') THEN NULL ELSE x END", r#"null null "a" null null"#);
        check("CASE WHEN x IN ('a') THEN 'b' ELSE x END", r#"null "" "b" "A" "é ""#);
        check("CASE WHEN x IN ('a') THEN NULL ELSE y END", r#"null "a" null null null"#);
        check("CASE WHEN y IN ('a', 'b') THEN NULL ELSE x END", r#"null null null "A" "é ""#);
        check("CASE WHEN x IN ('a', y) THEN NULL ELSE x END", r#"null "" null "A" "é ""#);
        check("CASE WHEN x = 'a' THEN NULL WHEN x = '' THEN 'e' ELSE x END", r#"null "e" null "A" "é ""#);
    }
}
