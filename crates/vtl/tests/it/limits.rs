//! Every limit stops what it is for, with an error that says so, and nothing overflows the stack.

use alluvium_vtl::{Context, Limits, Template, Value};

use crate::support::{check, render};

#[track_caller]
fn refused(template: &str, part: &str) {
    match render(template, "{}") {
        Err(error) => assert!(error.contains(part), "{error:?} has no {part:?}"),
        Ok(text) => panic!("{} rendered {} bytes", &template[..template.len().min(80)], text.len()),
    }
}

#[test]
fn a_template_may_have_300_kb() {
    let limit = Limits::default().template_bytes_max;
    assert_eq!(limit, 307_200);
    assert_eq!(render(&"a".repeat(limit), "{}").map(|text| text.len()), Ok(limit));
    refused(&"a".repeat(limit + 1), "307201 bytes");
}

#[test]
fn nesting_is_bounded_in_every_construct() {
    let deep = 50_000;
    for (open, close) in [
        ("#if(true)", "#end"),
        ("#foreach($i in [1])", "#end"),
        ("#define($d)", "#end"),
        ("#macro(m)", "#end"),
        ("#@b()", "#end"),
    ] {
        refused(&(open.repeat(10_000) + &close.repeat(10_000)), "nests deeper");
    }
    for (open, close) in [("(", ")"), ("[", "]"), ("!", ""), ("{'a':", "}"), ("$a.b(", ")"), ("$a[", "]")] {
        refused(&format!("#set($x = {}1{})", open.repeat(deep), close.repeat(deep)), "nests deeper");
    }
}

#[test]
fn nesting_up_to_the_limit_works() {
    let depth = 30;
    let blocks = "#if(true)".repeat(depth) + "x" + &"#end".repeat(depth);
    assert_eq!(render(&blocks, "{}"), Ok("x".to_owned()));
    let lists = format!("#set($l = {}1{})$l", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(render(&lists, "{}").map(|text| text.len()), Ok(2 * depth + 1));
}

#[test]
fn long_chains_are_not_deep() {
    let sum = format!("#set($x = 0{})$x", " + 1".repeat(50_000));
    assert_eq!(render(&sum, "{}"), Ok("50000".to_owned()));
    let ands = format!("#if(true{})y#end", " && true".repeat(30_000));
    assert_eq!(render(&ands, "{}"), Ok("y".to_owned()));
    let branches = format!("#if(false){}#else y#end", "#elseif(false)".repeat(20_000));
    assert_eq!(render(&branches, "{}"), Ok(" y".to_owned()));
    let properties = format!("[$a{}]", ".b".repeat(100_000));
    assert_eq!(render(&properties, "{}"), Ok("[]".to_owned()));
}

#[test]
fn runs_of_one_character_take_linear_time() {
    for piece in
        ["\\", "$", "#", "$\\", "\\\\#", "$ ", "'", "\"", "##\n", "$!", "#*", " #set(", "${", "((", "#[["]
    {
        // Whether it parses does not matter, only that it ends.
        let _ = render(&piece.repeat(300_000 / piece.len()), "{}");
    }
}

#[test]
fn foreach_ends_silently_after_a_thousand_rounds() {
    check(&[
        ("#set($n = 0)#foreach($i in [1..5000])#set($n = $n + 1)#end$n", "{}", "1000"),
        (
            "#foreach($i in [1..1000000000])#if($foreach.count == 1000)$i$foreach.hasNext#end#end",
            "{}",
            "1000true",
        ),
    ]);
}

#[test]
fn loops_in_loops_run_out_of_steps() {
    let template = "#foreach($a in [1..1000])".repeat(4) + "#set($x = 1)" + &"#end".repeat(4);
    refused(&template, "more than 10000000 steps");
}

#[test]
fn output_is_bounded() {
    refused(
        "#foreach($a in [1..1000])#foreach($b in [1..1000])0123456789abcdef#end#end",
        "more than 10485760 bytes of text",
    );
}

#[test]
fn texts_lists_and_numbers_cannot_grow_without_bound() {
    refused("#set($s = 'x')#foreach($i in [1..100])#set($s = $s + $s)#end", "bytes");
    refused("#set($s = 'x')#foreach($i in [1..100])#set($s = \"$s$s\")#end", "bytes");
    refused("#set($s = 'x')#foreach($i in [1..100])#set($s = $s.replace('x', 'xx'))#end", "bytes");
    refused("#set($s = 'x')$s.repeat(2000000000)", "bytes");
    refused("#set($l = [1])#foreach($i in [1..100])#set($x = $l.addAll($l))#end", "more than");
    refused("#set($l = [1..2000000000])", "more than");
    refused("#set($n = 99999)#foreach($i in [1..100])#set($n = $n * $n)#end", "more than");
    refused("#set($s = 'x')$s.format('%999999999s', 1)", "not understood");
    let keep = "#set($l = [])#set($s = 'x')#foreach($i in [1..20])#set($s = $s + $s)#end\
                #foreach($i in [1..1000])#set($x = $l.add(\"$s$i\"))#end";
    refused(keep, "bytes of memory");
}

#[test]
fn blocks_that_call_each_other_end() {
    let define = |number: u32| format!("#define($d{number})$d{next}$d{next}#end", next = number + 1);
    let template = (0..200).map(define).collect::<Vec<_>>().concat();
    refused(&(template + "$d0"), "levels of running blocks");
    let deep = |number: u32| {
        let (open, close) = ("[".repeat(80), "]".repeat(80));
        format!("#define($d{number})#set($x = {open}\"$d{}\"{close})#end", number + 1)
    };
    refused(&((0..200).map(deep).collect::<Vec<_>>().concat() + "$d0"), "levels of running blocks");
}

#[test]
fn a_deep_value_is_refused_when_printed_and_dropped_without_recursion() {
    let build = "#set($m = {})#foreach($i in [1..1000])#foreach($j in [1..100])#set($m = {'a': $m})#end#end";
    assert_eq!(render(build, "{}"), Ok(String::new()));
    refused(&format!("{build}$m"), "levels of nested lists and maps");
    refused(&format!("{build}#set($s = $m + '')"), "levels of nested lists and maps");
    refused(&format!("{build}$m.hashCode()"), "levels of nested lists and maps");
    let entries = "#set($m = {'a': 1})#foreach($i in [1..1000])#foreach($j in [1..100])\
                   #foreach($e in $m.entrySet())#set($m = {'a': $e})#end#end#end";
    assert_eq!(render(entries, "{}"), Ok(String::new()));
    let iterators = "#set($l = [])#foreach($i in [1..1000])#foreach($j in [1..100])\
                     #set($it = $l.iterator())#set($l = [$it])#end#end";
    assert_eq!(render(iterators, "{}"), Ok(String::new()));
}

#[test]
fn a_value_that_shares_its_parts_cannot_be_compared_or_printed_for_ever() {
    let build =
        "#set($a = [1])#set($b = [1])#foreach($i in [1..60])#set($a = [$a, $a])#set($b = [$b, $b])#end";
    refused(&format!("{build}$a"), "more than");
    let compared = render(&format!("{build}#if($a == $b)t#end"), "{}");
    assert!(compared.is_err() || compared == Ok(String::new()), "{compared:?}");
}

#[test]
fn a_cycle_cannot_be_made() {
    for template in [
        "#set($l = [])#set($m = {'l': $l})#set($x = $l.add($m))",
        "#set($l = [1])#set($l[0] = $l)",
        "#set($m = {})#set($m.a = $m)",
        "#set($l = [])#set($x = $l.addAll([[$l]]))",
        "#set($m = {})#set($n = {'e': [$m]})#set($x = $m.putAll($n))",
        "#set($l = [])#set($m = {'l': $l})#foreach($e in $m.entrySet())$l.add($e)#end",
        "#set($l = [])#set($foreach = $l)#foreach($i in [1])#foreach($j in [1])$l.add($foreach)#end#end",
    ] {
        refused(template, "cannot be put into itself");
    }
}

#[test]
fn limits_are_arguments() {
    let mut limits = Limits::default();
    limits.foreach_iterations_max = 3;
    let template = Template::parse("t", "#foreach($i in [1..9])$i#end", &limits).unwrap();
    assert_eq!(template.render(&Context::new(), &limits).unwrap(), "123");
    limits.output_bytes_max = 2;
    assert!(template.render(&Context::new(), &limits).is_err());
}

#[test]
fn a_pattern_cannot_take_all_memory_or_time() {
    refused("#set($s = 'a')$s.matches('((a{1000}){1000}){1000}')", "cannot be used here");
    let mut context = Context::new();
    context.set("s", Value::from("a".repeat(100_000)));
    let limits = Limits::default();
    let template = Template::parse("t", "$s.matches('(a+)+b')", &limits).unwrap();
    assert_eq!(template.render(&context, &limits).unwrap(), "false");
}
