//! Errors name the template, the line, the column and the piece.

use alluvium_vtl::{Context, Failure, Limits, Position, Template};

use crate::support::check;

#[test]
fn a_parse_error_says_where_and_what() {
    let error = Template::parse("orders.vtl", "{\n  \"a\": #if($x ==)1#end\n}", &Limits::default())
        .err()
        .expect("it is wrong");
    assert_eq!(error.template, "orders.vtl");
    assert_eq!(error.position, Position { line: 2, column: 17 });
    assert_eq!(error.to_string(), "orders.vtl:2:17: expected a value, at `)1#end`");
}

#[test]
fn an_error_in_a_text_points_into_the_text() {
    check(&[
        ("\n#set($s = \"a ${b\")", "{}", "error: test:2:17: expected `}`"),
        ("#set($s = \"\n #end\")", "{}", "error: test:2:2: this #end closes nothing"),
    ]);
}

#[test]
fn columns_count_characters() {
    check(&[("é😀 #end", "{}", "error: test:1:4:"), ("\r\n\té$", "{}", "error: test:2:3:")]);
}

#[test]
fn a_render_error_points_at_the_method() {
    let limits = Limits::default();
    let template = Template::parse("t", "{\n $list.get(5).x", &limits).expect("it parses");
    let mut context = Context::new();
    context.set("list", alluvium_vtl::Value::list(vec![]));
    let error = template.render(&context, &limits).expect_err("the list is empty");
    assert_eq!(error.position, Position { line: 2, column: 8 });
    assert_eq!(error.piece, "$list.get(5).x");
    assert!(matches!(error.failure, Failure::Method(_)));
}

#[test]
fn a_long_piece_is_cut() {
    let source = format!("#if({}", "x".repeat(500));
    let error = Template::parse("t", &source, &Limits::default()).err().expect("it is wrong");
    assert!(error.piece.chars().count() <= 63, "{}", error.piece);
}
