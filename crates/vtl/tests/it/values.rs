//! Expressions: literals, arithmetic, comparison, strings, and what values print.

use crate::support::check;

#[test]
fn numbers_have_javas_types() {
    check(&[
        ("#set($a = 7 / 2)$a;#set($a = -7 / 2)$a;#set($a = -7 % 3)$a", "{}", "3;-3;-1"),
        ("#set($a = 7.0 / 2)$a;#set($a = 1 + 2.5)$a;#set($a = .5 * .1)$a", "{}", "3.5;3.5;0.05"),
        ("#set($a = 2147483647 + 1)$a;#set($a = -2147483648 - 1)$a", "{}", "2147483648;-2147483649"),
        ("#set($a = 9223372036854775807 + 1)$a", "{}", "9223372036854775808"),
        (
            "#set($a = 9223372036854775807 * 9223372036854775807)$a",
            "{}",
            "85070591730234615847396907784232501249",
        ),
        ("#set($a = 123456789012345678901234567890 / 7)$a", "{}", "17636684144620811271604938270"),
        ("[#set($a = 1 / 0)$a][#set($a = 1 % 0)$a][#set($a = 1.0 / 0)$a]", "{}", "[][][]"),
        ("#set($a = 2 + 5 * 4 - 6 / 2)$a;#set($a = (2 + 5) * 4)$a", "{}", "19;28"),
        ("#set($a = 5 - 3)$a;#set($a = 5- 3)$a", "{}", "2;2"),
        ("#set($a = 5-3)", "{}", "error: "),
        ("#set($a = 5 -3)", "{}", "error: "),
        ("#set($a = 5- 3)$a#set($a = $a - -3)$a#set($a = $a -1)", "{}", "error: "),
    ]);
}

#[test]
fn doubles_print_as_in_java() {
    check(&[
        (
            "#set($a = 1.0)$a;#set($a = 100.0 / 50)$a;#set($a = 1e21)$a;#set($a = 1.5e-7)$a",
            "{}",
            "1.0;2.0;1.0E21;1.5E-7",
        ),
        (
            "#set($a = 0.001)$a;#set($a = 0.0001)$a;#set($a = 9999999.0)$a;#set($a = 1e7)$a",
            "{}",
            "0.001;1.0E-4;9999999.0;1.0E7",
        ),
        (
            "#set($a = 123456.789)$a;#set($a = 0.1 + 0.2)$a;#set($a = -2.50)$a",
            "{}",
            "123456.789;0.30000000000000004;-2.5",
        ),
        ("#set($z = 0.0)#set($a = -1 * $z)$a", "{}", "-0.0"),
    ]);
}

#[test]
fn a_plus_with_a_text_concatenates() {
    check(&[
        ("#set($a = 'x' + 1)$a;#set($a = 1 + 'x')$a;#set($a = 1 + 2 + 'x' + 1 + 2)$a", "{}", "x1;1x;3x12"),
        (
            "#set($a = 'l' + [1, 2])$a;#set($a = {'k': 1} + '')$a;#set($a = 'b' + true)$a",
            "{}",
            "l[1, 2];{k=1};btrue",
        ),
        (
            "#set($a = 1/0 + \"a\")$a|#set($a = (1/0) + \"a\")$a|#set($a = \"a\" + 1/0 )$a",
            "{}",
            "0 a|1/0a|a0 ",
        ),
        ("[#set($a = 'x' - 1)$a][#set($a = true + 1)$a]", "{}", "[][]"),
    ]);
}

#[test]
fn comparison_is_by_number_by_class_or_by_text() {
    check(&[
        ("#if(42 == '42')1#end#if(1 == 1.0)2#end#if('a' == 'a')3#end#if(true == 'true')4#end", "{}", "1234"),
        (
            "#if([1] == [1])1#end#if([1] == '[1]')2#end#if({'a': 1} == {'a': 1})3#end#if([1] == [1.0])4#end",
            "{}",
            "123",
        ),
        (
            "#if(1 eq 1)1#end#if(1 ne 2)2#end#if(2 gt 1)3#end#if(1 ge 1)4#end#if(1 lt 2)5#end#if(1 le 1)6#end",
            "{}",
            "123456",
        ),
        ("#if('a' < 'b')1#end#if('2' > 1)2#end#if($u < 1)3#end#if($u >= 1)4#end", "{}", ""),
        ("#if(1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2)t#end", "{}", "t"),
        ("#set($a = 1 == 1 == true)$a;#set($a = 4 > 2 + 5)$a", "{}", "true;false"),
        (
            "#if(10000000000 > 1)1#end#if(10000000000000000000 > 9223372036854775807)2#end#if(0.5 < 1)3#end",
            "{}",
            "123",
        ),
    ]);
}

#[test]
fn double_quoted_texts_are_templates_and_single_quoted_are_not() {
    let a = r#"{"a":1,"m":{"k":"v"}}"#;
    check(&[
        ("#set($s = \"${a}-${m.k}-$m.k.x,#if($a)y#end\")$s;#set($s = '$a#if')$s", a, "1-v-,y;$a#if"),
        ("#set($s = \"a\"\"b\")$s;#set($s = 'a''b')$s;#set($s = \"a'b\")$s", a, "a\"b;a'b;a'b"),
        (r#"#set($s = "\n\t\\")$s;#set($s = '\n')$s"#, a, r"\n\t\\;\n"),
        (r#"#set($s = "\u0041\u00e9$a")$s;#set($s = '\u0041')$s"#, a, r"Aé1;\u0041"),
        (r#"#set($s = "\uZZ")"#, a, "error: hexadecimal"),
        (r#"#set($s = "\"x\"")"#, a, "error: "),
        ("#set($s = \"$\")$s;#set($s = \"#\")$s;#set($s = \"## x\")[$s]", a, "$;#;[]"),
        ("#set($s = \"#foreach($i in [1..3])$i,#end\")$s", a, "1,2,3,"),
        ("#set($s = \"a\nb$a\")$s", a, "a\nb1"),
        ("#set($s = \"${\")$s;#set($s = \"${a\")", a, "error: 1:"),
    ]);
}

#[test]
fn lists_and_maps_made_by_a_template_print_as_java_does() {
    check(&[
        ("#set($l = [])$l#set($l = [1, 'a', 2.5, true, [$u], {}])$l", "{}", "[][1, a, 2.5, true, [], {}]"),
        ("#set($m = {})$m#set($m = {'b': 1, 'a': {'x': []}})$m", "{}", "{}{b=1, a={x=[]}}"),
        (
            "#set($k = 'key')#set($m = {$k: 1, \"${k}-2\": 2, 3: 'three'})$m",
            "{}",
            "{key=1, key-2=2, 3=three}",
        ),
        ("#set($l = [1..4])$l#set($l = [2..-1])$l#set($l = [1..1])$l", "{}", "[1, 2, 3, 4][2, 1, 0, -1][1]"),
        ("[#set($l = [1..'a'])$l]", "{}", "error: expected an integer or a reference"),
        ("#set($m = {a: 1})", "{}", "error: expected a value"),
        ("$m.put('k', null)$m", r#"{"m":{}}"#, "{k=null}"),
    ]);
}

#[test]
fn json_arrays_print_as_json_and_objects_as_maps() {
    check(&[
        ("$v", r#"{"v":{"foo":"bar","b":[{"c":1}],"n":null}}"#, r#"{foo=bar, b=[{"c":1}], n=null}"#),
        (
            "$v",
            r#"{"v":[{"foo":"bar \"q\" é/"},null,1.5,true,[]]}"#,
            r#"[{"foo":"bar \"q\" é/"},null,1.5,true,[]]"#,
        ),
        ("$v[0] $v.toString();#set($s = \"$v\")$s", r#"{"v":[{"a":1}]}"#, r#"{a=1} [{"a":1}];[{"a":1}]"#),
        ("#set($l = [1, $v])$l", r#"{"v":["x"]}"#, r#"[1, ["x"]]"#),
        ("$v", r#"{"v":"tab\there"}"#, "tab\there"),
        ("$v", r#"{"v":["tab\there\u0001"]}"#, r#"["tab\there\u0001"]"#),
        ("$v.add('n')$v", r#"{"v":[12345678901,1e3]}"#, r#"true[12345678901,1000.0,"n"]"#),
    ]);
}
