//! Methods of texts, lists, maps and numbers, compared with Java's.

use crate::support::check;

#[test]
fn texts_answer_as_java_lang_string() {
    let s = r#"{"s":"Hello, World"}"#;
    check(&[
        (
            "$s.length() $s.isEmpty() $s.empty $s.charAt(1) $s.indexOf('o') $s.indexOf('o', 5) $s.lastIndexOf('o')",
            s,
            "12 false false e 4 8 8",
        ),
        (
            "$s.substring(7) $s.substring(0, 5) $s.contains('World') $s.startsWith('Hell') $s.endsWith('x')",
            s,
            "World Hello true true false",
        ),
        (
            "$s.toUpperCase() $s.toLowerCase() $s.replace('l', 'L') $s.concat('!')",
            s,
            "HELLO, WORLD hello, world HeLLo, WorLd Hello, World!",
        ),
        (
            "[$p.trim()] $s.equals('x') $s.equalsIgnoreCase('hello, WORLD') $s.compareTo('Help')",
            r#"{"s":"Hello, World","p":"  a  "}"#,
            "[a] false true -4",
        ),
        (
            "$s.substring(99)",
            s,
            "error: 1:4: begin 99, end 12 is out of range for a text of length 12, at `$s.substring(99)`",
        ),
        ("[$s.substring('1')][$s.foo()][$s.foo][$s.length][$s.contains(1)]", s, "[][][][][]"),
        ("$s.contains(null)", s, "error: contains was given null"),
        ("$s.length(1)", s, "error: length takes no arguments"),
        (
            "$s.hashCode() $s.format('%05d|%-4s|%.2f', 42, 'ab', 3.14159) $s.join('-', ['a', 'b']) $s.valueOf(1.5)",
            s,
            "-505841268 00042|ab  |3.14 a-b 1.5",
        ),
    ]);
}

#[test]
fn places_in_texts_count_utf_16_units() {
    let s = r#"{"s":"aé😀z"}"#;
    check(&[
        ("$s.length() $s.indexOf('z') $s.substring(2, 4) $s.substring(4) $s.charAt(1)", s, "5 4 😀 z é"),
        ("$s.charAt(2) $s.lastIndexOf('z') $s.indexOf('😀', 1)", s, "? 4 2"),
    ]);
}

#[test]
fn patterns_mean_what_they_mean_in_java() {
    check(&[
        ("$s.matches('[0-9]*') $s.matches('\\d+') $s.matches('1')", r#"{"s":"123"}"#, "true true false"),
        (
            "$s.replaceAll('([a-c])(\\d)', '$2$1') $s.replaceFirst('\\w', '\\$') $s.replaceAll('x*', '-')",
            r#"{"s":"a1 b2"}"#,
            "1a 2b $1 b2 -a-1- -b-2-",
        ),
        (
            "$s.split(',').size() $s.split(',')[1] $s.split(',', -1).size() $s.split(',', 2)[1] $s.split('')[1]",
            r#"{"s":"a,b,,"}"#,
            "2 b 4 b,, ,",
        ),
        (
            "$s.matches('\\w') $s.matches('.') $s.replaceAll('\\p{Punct}', '') $s.matches('\\Q+\\E')",
            r#"{"s":"+"}"#,
            "false true  true",
        ),
        ("$s.matches('\\w')$s.matches('\\p{L}')", r#"{"s":"é"}"#, "falsetrue"),
        (
            "$s.replaceAll('(?i)é', 'y') $s.replaceAll('(?iu)é', 'y') $s.replaceAll('(?i)é+E', 'y')",
            r#"{"s":"éÉe"}"#,
            "yÉe yye éÉe",
        ),
        ("$s.matches('(')", r#"{"s":""}"#, "error: the pattern `(` cannot be used here"),
        (
            "$s.matches('a\\vb')$s.matches('[\\v]')$s.replaceAll('\\e', 'x')",
            "{\"s\":\"a\\u000bb\"}",
            "truefalsea\u{b}b",
        ),
        ("$s.matches('(?=a)a') $s.matches('a++') $s.matches('a++a')", r#"{"s":"a"}"#, "true true false"),
        ("$s.replaceAll('\\n$', '') $s.replaceAll('b$', 'c')", "{\"s\":\"ab\\n\"}", "ab ac\n"),
        ("$s.matches('\\0141')$s.matches('\\u0061')$s.matches('[a~~]')", r#"{"s":"a"}"#, "truetruetrue"),
        ("$s.replaceAll('a', '$7')", r#"{"s":"a"}"#, "error: names the group 7"),
    ]);
}

#[test]
fn what_a_pattern_cannot_do_here_is_said() {
    let s = r#"{"s":"abab"}"#;
    for pattern in ["(?<=a+)b", "\\X", "\\p{InGreek}", "\\b{g}", "\\Ga"] {
        let template = format!("$s.replaceAll('{pattern}', '-')");
        check(&[(&template, s, &format!("error: the pattern `{pattern}` cannot be used here"))]);
    }
}

#[test]
fn look_around_and_back_references_are_javas() {
    let s = r#"{"s":"abab"}"#;
    check(&[
        (
            "$s.replaceAll('a(?=b)', '-') $s.replaceAll('(?<!a)b', '-') $s.replaceAll('(?<=a)b', '-')",
            s,
            "-b-b abab a-a-",
        ),
        ("$s.replaceAll('(a)(b)\\1', '-') $s.replaceAll('(?<n>a)b\\k<n>', '-')", s, "-b -b"),
        (
            "$s.replaceAll('a?+', '-') $s.replaceAll('b{1}+', '-') $s.replaceAll('(?>a)b', '-')",
            s,
            "--b--b- a-a- --",
        ),
        ("$s.split('(?<=b)').size() $s.split('(?=b)')[1]", s, "2 ba"),
    ]);
}

#[test]
fn a_search_that_would_not_end_is_an_error() {
    let template = "$s.matches('(a|aa)+\\1c')";
    let context = format!(r#"{{"s":"{}"}}"#, "a".repeat(60));
    check(&[(template, &context, "error: the pattern takes more than 500000 steps on this text")]);
}

#[test]
fn quoted_pieces_of_patterns_stand_for_themselves() {
    check(&[
        ("$s.replaceAll('\\Q.*\\E+', '-')", r#"{"s":"a.***b.x"}"#, "a-b.x"),
        ("$s.split('\\Q||\\E')[1] $s.replaceFirst('\\Q||', '-')", r#"{"s":"a||b||"}"#, "b a-b||"),
        ("$s.replaceAll('[\\Q^-]\\Ex]', '')", r#"{"s":"a^b-c]dxe"}"#, "abcde"),
    ]);
}

#[test]
fn replacements_are_written_as_in_java() {
    let s = r#"{"s":"a1b2"}"#;
    check(&[
        ("$s.replaceAll('(?<l>[a-z])(?<d>\\d)', '${d}${l}')", s, "1a2b"),
        ("$s.replaceAll('([a-z])', '[$0$1]')", s, "[aa]1[bb]2"),
        ("$s.replaceFirst('(b)', '$12') $s.replaceAll('(b)', '$10')", s, "a1b22 a1b02"),
        ("$s.replaceAll('(x)?b', '[$1]')", s, "a1[]2"),
        (
            "$s.replaceAll('b', '\\$') $s.replaceAll('b', '\\\\') $s.replaceAll('b', '\\n')",
            s,
            "a1$2 a1\\2 a1n2",
        ),
        ("$s.replaceAll('x', '$')", s, "a1b2"),
        ("$s.replaceAll('b', '$')", s, "error: has a $ without a group"),
        ("$s.replaceAll('b', '$x')", s, "error: has a $ without a group"),
        ("$s.replaceAll('b', '$1')", s, "error: names the group"),
        ("$s.replaceAll('b', '${x}')", s, "error: names the group"),
        ("$s.replaceAll('(b)', '${1}')", s, "error: names the group"),
        ("$s.replaceAll('b', '${}')", s, "error: names the group"),
        ("$s.replaceAll('b', '${x')", s, "error: a group that does not end"),
        ("$s.replaceAll('b', '\\')", s, "error: ends with a backslash"),
    ]);
}

#[test]
fn lists_answer_as_java_util_array_list() {
    check(&[
        (
            "#set($l = [1, 2])$l.size() $l.isEmpty() $l.get(0) $l.contains(2) $l.indexOf(9) $l.add(3) $l.add(0, 0)$l",
            "{}",
            "2 false 1 true -1 true [0, 1, 2, 3]",
        ),
        (
            "#set($l = ['a', 'b', 'c'])$l.set(1, 'x') $l.remove(0) $l.remove('c') $l.remove('q') $l",
            "{}",
            "b a true false [x]",
        ),
        (
            "#set($l = [1, 2, 3])$l.subList(1, 3) $l.addAll([4]) $l.removeAll([1, 2]) $l $l.clear()$l",
            "{}",
            "[2, 3] true true [3, 4] []",
        ),
        (
            "#set($l = [3, 1, 2])$l.sort(null)$l $l.toArray()[0] $l.iterator().next() $l.hashCode()",
            "{}",
            "[1, 2, 3] 1 1 30817",
        ),
        ("#set($l = [1])$l.get(99)", "{}", "error: index 99 is out of range for a list of 1"),
        ("#set($l = [1])[$l.get('0')][$l.size][$l[1.0]]", "{}", "error: expected an index"),
        ("#set($l = [1])$l.toArray().add(2)", "{}", "error: add is not possible"),
        (
            "#set($a = $s.split(','))$a.size() $a.get(1) $a[0] #foreach($i in $a)$i;#end",
            r#"{"s":"x,y"}"#,
            "2 y x x;y;",
        ),
        ("#set($l = [1])$l.add($l)", "{}", "error: cannot be put into itself"),
    ]);
}

#[test]
fn maps_answer_as_java_util_linked_hash_map() {
    let m = r#"{"m":{"size":"big","a":1}}"#;
    check(&[
        (
            "$m.size $m.size() $m.get('a') $m.put('a', 2)$m.put('n', 3) $m.a $m.containsKey('n') $m.containsValue(9)",
            m,
            "big 2 1 1 2 true false",
        ),
        (
            "$m.keySet() $m.values() $m.entrySet() $m.keySet().contains('a') [$m.keySet()[0]] $m.keySet().toArray()[0]",
            m,
            "[size, a] [big, 1] [size=big, a=1] true [] size",
        ),
        (
            "$m.putAll({'z': 0})$m.remove('a') $m.remove('q')$m.getOrDefault('q', 'd') $m.isEmpty() [$m.empty]",
            m,
            "1 d false []",
        ),
        (
            "$m.putIfAbsent('a', 5) $m.putIfAbsent('b', 6)$m $m.equals({'size': 'big', 'a': 1, 'b': 6})",
            m,
            "1 {size=big, a=1, b=6} true",
        ),
        ("#set($m = {1: 'one'})$m.get(1) [$m.get('1')] $m[1]", m, "one [] one"),
        ("$m.put([1], 2)", m, "error: cannot be the key of a map"),
        ("$m.putAll(null)", m, "error: putAll was given null"),
        ("$m.put('m', $m)", m, "error: cannot be put into itself"),
    ]);
}

#[test]
fn every_value_tells_its_class() {
    check(&[
        (
            "$s.class.name $s.class $s.class.simpleName $s.getClass().getName()",
            r#"{"s":"x"}"#,
            "java.lang.String class java.lang.String String java.lang.String",
        ),
        (
            "$m.class.name $m.l.class.name $m.i.class.name",
            r#"{"m":{"class":1,"l":[],"i":5}}"#,
            "java.util.LinkedHashMap net.minidev.json.JSONArray java.lang.Integer",
        ),
        (
            "#set($l = [1.5])$l.class.name $l[0].class.name [$u.class.name]",
            "{}",
            "java.util.ArrayList java.lang.Double []",
        ),
        ("[$s.class.forName('java.lang.Runtime')][$s.class.classLoader]", r#"{"s":"x"}"#, "[][]"),
    ]);
}

#[test]
fn numbers_answer_as_javas_and_parse_texts() {
    check(&[
        (
            "#set($i = 0)$i.parseInt('42') $i.valueOf('7') $i.parseInt('ff', 16) $i.toHexString(255) $i.max(1, 2)",
            "{}",
            "42 7 255 ff 2",
        ),
        (
            "#set($d = 2.7)$d.intValue() $d.longValue() $d.parseDouble('1e3') $d.toString() $d.isNaN()",
            "{}",
            "2 2 1000.0 2.7 false",
        ),
        ("#set($i = 0)$i.parseInt('x')", "{}", "error: `x` is not a number"),
        (
            "#set($i = 5)$i.compareTo(3) $i.equals(5) $i.equals(5.0) $i.doubleValue() [$i.foo()]",
            "{}",
            "1 true false 5.0 []",
        ),
        (
            "#set($l = 10000000000)$l.intValue() $l.parseLong('99999999999') $l.valueOf(1)",
            "{}",
            "1410065408 99999999999 1",
        ),
        ("$b.toString() $b.booleanValue() $b.equals(true)", r#"{"b":true}"#, "true true true"),
    ]);
}
