//! Properties over made-up templates: no input makes the engine panic, and a template always renders the same.

use alluvium_vtl::{Context, Limits, Template, Value};
use proptest::{collection::vec, prelude::*, sample::select};

const PIECES: &[&str] = &[
    "$",
    "#",
    "\\",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ".",
    ",",
    "..",
    ":",
    "=",
    "==",
    "!",
    "&&",
    "||",
    "+",
    "- ",
    "*",
    "/",
    "%",
    "<",
    ">=",
    "\"",
    "'",
    " ",
    "\n",
    "\r\n",
    "\t",
    "a",
    "é",
    "😀",
    "1",
    "2.5",
    "true",
    "null",
    "$a",
    "${a}",
    "$!a",
    "$m.k",
    "$l[0]",
    "$s.length()",
    "#set($a = ",
    "#set($m.k = 1)",
    "#if(",
    "#if($t)",
    "#elseif($a)",
    "#else",
    "#end",
    "#foreach($i in $l)",
    "#foreach($i in [1..3])",
    "$foreach.index",
    "#define($d)",
    "$d",
    "#stop",
    "#break",
    "#macro(m)",
    "#m()",
    "#literal()",
    "#@b()",
    "#[[",
    "]]#",
    "##",
    "#*",
    "*#",
    "#{else}",
    "#{end}",
    "\\#if",
    "\\$a",
    "\\u0041",
    "$s.substring(1)",
    "$l.add($a)",
    "$m.put('k', $l)",
    "$s.replaceAll('a', 'b')",
    "$m.entrySet()",
    "$l.iterator()",
    "[1, $a]",
    "{'k': $a}",
    "-1",
    "99999999999999999999",
];

fn context() -> Context {
    let mut context = Context::new();
    context.set("t", true).set("s", "aé😀b").set("l", Value::list(vec![Value::from(1), Value::from("x")]));
    context.set("m", Value::from_json(r#"{"k":[1,{"n":null}]}"#).expect("it is JSON"));
    context
}

/// Steps are few, so that a made-up loop in a loop in a loop ends soon.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.steps_max = 20_000;
    limits
}

fn render(source: &str) -> Result<String, String> {
    let limits = limits();
    let template = Template::parse("made-up", source, &limits).map_err(|error| error.to_string())?;
    template.render(&context(), &limits).map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_pieces_of_templates_make_it_panic_and_it_always_answers_the_same(pieces in vec(select(PIECES), 0..40)) {
        let source = pieces.concat();
        prop_assert_eq!(render(&source), render(&source));
    }

    #[test]
    fn no_text_makes_it_panic(source in "\\PC{0,200}") {
        let _ = render(&source);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = render(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn text_without_dollars_hashes_and_backslashes_prints_itself(source in "[^$#\\\\]{0,200}") {
        prop_assert_eq!(render(&source), Ok(source));
    }

    #[test]
    fn a_literal_block_prints_itself(text in "[^\\]]{0,100}") {
        prop_assert_eq!(render(&format!("#[[{text}]]#")), Ok(text));
    }

    #[test]
    fn a_quoted_text_comes_back(text in "[^$#]{0,60}") {
        let quoted = text.replace('\'', "''");
        prop_assert_eq!(render(&format!("#set($q = '{quoted}')$q")), Ok(text));
    }

    #[test]
    fn sums_and_products_are_those_of_integers(left in any::<i64>(), right in any::<i64>()) {
        let (wide_left, wide_right) = (i128::from(left), i128::from(right));
        prop_assert_eq!(render(&format!("#set($x = {left} + {right})$x")), Ok((wide_left + wide_right).to_string()));
        prop_assert_eq!(render(&format!("#set($x = {left} * {right})$x")), Ok((wide_left * wide_right).to_string()));
    }

    #[test]
    fn a_double_reads_back_from_what_it_prints(number in any::<f64>().prop_filter("finite", |number| number.is_finite())) {
        let mut context = Context::new();
        context.set("d", number);
        let limits = limits();
        let printed = Template::parse("t", "$d", &limits).unwrap().render(&context, &limits).unwrap();
        prop_assert_eq!(printed.parse::<f64>().unwrap().to_bits(), number.to_bits(), "{}", printed);
    }
}
