//! JSONPath against texts that Jayway's own library (json-path 2.0.0 with json-smart 2.2) gave for the same document; what a
//! filter's relations do follows its later versions, which know more of them.

use super::JsonPath;
use crate::json;

const DOCUMENT: &str = r#"{"a":{"b":[1,2,3,{"c":"x/y"}],"big":12345678901234567890,"f":1.10,"e":1e5,"n":null,"t":true},
  "x-y":{"k z":7},
  "records":[{"data":"d1","partition-key":"p1","n":1},{"data":"d2","partition-key":"p2","n":5},{"n":9}],
  "s":"str","empty":[],"o":{}}"#;

fn check(path: &str, expected: &str) {
    let document = json::parse(DOCUMENT).expect("the document is JSON");
    let got = match JsonPath::parse(path)
        .and_then(|parsed| Ok(parsed.evaluate(&document)?.map(|v| v.to_string())))
    {
        Ok(Some(text)) => text,
        Ok(None) => "missing".to_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(got, expected, "of {path}");
}

#[test]
fn definite_paths_name_one_value_or_none() {
    check("$.a.b[3].c", r#""x/y""#);
    check("$.a.big", "12345678901234567890");
    check("$.a.f", "1.1");
    check("$.a.e", "100000.0");
    check("$.a.n", "null");
    check("$.x-y['k z']", "7");
    check("$['x-y'][\"k z\"]", "7");
    check("$[ 'a' ].t", "true");
    check("$.records[ 0 ].n", "1");
    check("a.b[0]", "1");
    check("@.a.t", "true");
    check("$.records[-1].n", "9");
    check("$.a['t','f']", r#"{"t":true,"f":1.1}"#);
    for path in ["$.zz", "$.zz.yy", "$.records[9]", "$.records.data", "$.s.x", "$.s[0]", "$.a[0]", "$.a.n.x"]
    {
        check(path, "missing");
    }
}

#[test]
fn indefinite_paths_give_an_array() {
    check("$.records[*].data", r#"["d1","d2"]"#);
    check("$..n", "[null,1,5,9]");
    check("$..data", r#"["d1","d2"]"#);
    check("$.a..c", r#"["x/y"]"#);
    check("$.a.b[*].c", r#"["x/y"]"#);
    check("$.records[0:2].n", "[1,5]");
    check("$.records[-2:].n", "[5,9]");
    check("$.records[:1].n", "[1]");
    check("$.records[1:].n", "[5,9]");
    check("$.records[0,2].n", "[1,9]");
    check("$.empty[*]", "[]");
    check("$..zz", "[]");
    check("$.o.*", "[]");
}

#[test]
fn filters_keep_what_passes() {
    check("$.records[?(@.n > 3)].n", "[5,9]");
    check("$.records[?(@.data == 'd1')].n", "[1]");
    check("$.records[?(@.data)].n", "[1,5]");
    check("$.records[?(!@.data)].n", "[9]");
    check("$.records[?(@.n>3 && @.data)].n", "[5]");
    check("$.records[?(@.n>3 || @.data=='d1')].n", "[1,5,9]");
    check("$.records[?((@.n>3))].n", "[5,9]");
    check("$.records[?(@['partition-key']=='p2')].n", "[5]");
    check("$.records[?(@.partition-key=='p2')].n", "[5]");
    check("$.records[?(@.data =~ /D.*/i)].n", "[1,5]");
    check("$.records[?(@.n in [1,9])].n", "[1,9]");
    check("$.records[?(@.data nin ['d1'])].n", "[5,9]");
    check("$.records[?(@.n == 1.0)].n", "[1]");
    check("$.records[?(@.n<=5)].n", "[1,5]");
    check("$.records[?(@.n!=5)].n", "[1,9]");
    check("$.records[?(@.zz==null)].n", "[]");
    check("$.records[?(@.n>$.a.b[0])].n", "[5,9]");
    check("$.records[?(@.data size 2)].n", "[1,5]");
    check("$.a.b[?(@ > 1)]", "[2,3]");
    check("$.a[?(@.t==true)].f", "[1.1]");
    check("$..[?(@.c)]", r#"[{"c":"x/y"}]"#);
}

/// Which of `items` pass the filter, by their `i`.
fn check_relation(filter: &str, expected: &str) {
    let items = r#"[{"i":0,"n":5,"s":"5","l":[1,"a"],"b":true},{"i":1,"n":10,"s":"abc","l":[],"b":false},
        {"i":2,"n":null,"s":"","l":[1,"2",3],"o":{}},{"i":3,"n":1.5,"s":"é😀","o":{"k":1}}]"#;
    let document =
        json::parse(&format!(r#"{{"five":5,"list":[5,"abc"],"items":{items}}}"#)).expect("it is JSON");
    let path = JsonPath::parse(&format!("$.items[?({filter})].i")).unwrap_or_else(|error| panic!("{error}"));
    let found = path.evaluate(&document).expect("it ends").map(|value| value.to_string());
    assert_eq!(found.as_deref(), Some(expected), "of {filter}");
}

#[test]
fn every_relation_has_jayways_rule() {
    for (filter, expected) in [
        ("@.n == 5", "[0]"),
        ("@.n == '5'", "[0]"),
        ("@.n == '5.0'", "[0]"),
        ("@.n == 'inf'", "[]"),
        ("@.s == 5", "[0]"),
        ("@.s == 5.0", "[]"),
        ("@.n == null", "[2]"),
        ("@.b == true", "[0]"),
        ("@.b == 'true'", "[]"),
        ("@.l == []", "[1]"),
        ("@.o == {'k': 1}", "[3]"),
        ("@.n == $.five", "[0]"),
        ("@.zz == @.yy", "[]"),
        ("@.n === 5", "[0]"),
        ("@.n === '5'", "[]"),
        ("@.n !== '5'", "[0,1,2,3]"),
        ("@.n != 5", "[1,2,3]"),
        ("@.n != '5'", "[1,2,3]"),
        ("@.l != []", "[0,2,3]"),
        ("@.zz != @.yy", "[0,1,2,3]"),
        ("@.n < 5", "[3]"),
        ("@.n <= 5", "[0,3]"),
        ("@.n > 5", "[1]"),
        ("@.n >= 5", "[0,1]"),
        ("@.n < '2'", "[1,3]"),
        ("@.s < 'b'", "[0,1,2]"),
        ("@.s >= 5", "[0,1,3]"),
        ("@.zz < 1", "[]"),
        ("@.b < 1", "[]"),
        ("@.s =~ /[a-c]+/", "[1]"),
        ("@.s =~ /b/", "[]"),
        ("@.s =~ /ABC/i", "[1]"),
        ("@.n =~ /1.*/", "[1,3]"),
        ("@.l =~ /[a-z]/", "[0]"),
        ("@.b =~ /t.*/", "[0]"),
        ("@.zz =~ /.*/", "[0,1,2,3]"),
        ("@.n in [5, 10]", "[0,1]"),
        ("@.n in ['5', 'x']", "[0]"),
        ("@.n IN $.list", "[0]"),
        ("@.n in 5", "[]"),
        ("@.zz in [1]", "[]"),
        ("@.n nin [5, null]", "[1,3]"),
        ("@.zz nin [1]", "[0,1,2,3]"),
        ("@.l all [1]", "[0,2]"),
        ("@.o all [1]", "[2,3]"),
        ("@.s all [1]", "[]"),
        ("@.l subsetof [1, 'a', 'b']", "[0,1]"),
        ("@.l subsetof 'a'", "[1]"),
        ("@.s subsetof [5]", "[]"),
        ("@.l anyof [3, 'a']", "[0,2]"),
        ("@.l noneof [3, 'a']", "[1]"),
        ("@.zz noneof [3]", "[]"),
        ("@.l size 2", "[0]"),
        ("@.s size 3", "[1,3]"),
        ("@.o size 1", "[]"),
        ("@.l size '2'", "[]"),
        ("@.l empty true", "[1]"),
        ("@.l empty false", "[0,2]"),
        ("@.s empty true", "[2]"),
        ("@.o empty true", "[2]"),
        ("@.n empty true", "[]"),
        ("@.l contains 'a'", "[0]"),
        ("@.l contains 2", "[2]"),
        ("@.s contains 'b'", "[1]"),
        ("@.s contains 5", "[]"),
        ("@.zz contains 1", "[]"),
    ] {
        check_relation(filter, expected);
    }
}

#[test]
fn functions_end_a_path() {
    check("$.records.length()", "3");
    check("$.records.size()", "3");
    check("$.s.length()", "3");
    check("$.records[*].n.sum()", "15.0");
    check("$.records[*].n.max()", "9.0");
    check("$.x-y.keys()", r#"["k z"]"#);
    check("$.records.first().n", "1");
    check("$.zz.length()", "missing");
    check("$.records[*].n.stddev()", "3.2659863237109037");
    check("$.records[*].n.avg()", "5.0");
    check("$.records[*].n.min(0, $.a.f, [-7])", "-7.0");
    check("$.sum($.records[*].n)", "15.0");
    check("$.records[*].data.concat()", r#""d1d2""#);
    check("$.concat('a', \"-\", $.s, 1, $.zz)", r#""a-str1""#);
    check("$.records[*].n.append(7, 'x')", r#"[1,5,9,7,"x"]"#);
    check("$.records.index(-1).n", "9");
    check("$.records.index(9)", "missing");
    check("$.length($.s)", "3");
    check("$.records[?(@.data.length() == 2)].n", "[1,5]");
}

#[test]
fn a_wrong_path_says_where() {
    check("", "JSONPath '' is wrong at character 1: it is empty");
    check("$.", "JSONPath '$.' is wrong at character 3: expected a property name");
    check("$..", "JSONPath '$..' is wrong at character 4: expected a property name");
    check(
        "$[",
        "JSONPath '$[' is wrong at character 3: expected an index, a quoted name, '*' or '?(' after '['",
    );
    check("$.a['b'", "JSONPath '$.a['b'' is wrong at character 8: expected ']'");
    check("$.a['b]", "JSONPath '$.a['b]' is wrong at character 5: a quoted text is not closed");
    check(
        "$.a .b",
        "JSONPath '$.a .b' is wrong at character 4: a name with blanks must be written as ['the name']",
    );
    check("$a", "JSONPath '$a' is wrong at character 2: expected '.' or '['");
    check(
        "$.records[?(@.n > )]",
        "JSONPath '$.records[?(@.n > )]' is wrong at character 19: expected a path, a number, a quoted text, true, false or null",
    );
    check("$.records[?(@.n", "JSONPath '$.records[?(@.n' is wrong at character 16: expected ')'");
    check(
        "$.records[:]",
        "JSONPath '$.records[:]' is wrong at character 12: a slice needs a number on one side of ':'",
    );
    check("$.sum(1", "JSONPath '$.sum(1' is wrong at character 8: expected ',' or ')'");
    check(
        "$.sum(,)",
        "JSONPath '$.sum(,)' is wrong at character 7: expected a path, a number, a quoted text, true, false or null",
    );
    check("$.s.shout()", "JSONPath '$.s.shout()' is wrong at character 11: no function 'shout'");
}

#[test]
fn deep_filters_and_wide_scans_end_at_their_limits() {
    let deep = format!("$[?({}@.a{})]", "(".repeat(100), ")".repeat(100));
    assert!(
        JsonPath::parse(&deep).is_err_and(|error| error.to_string().ends_with("it is nested deeper than 16"))
    );
    let document = json::parse(&format!("[{}0]", "[0],".repeat(2_000))).expect("the document is JSON");
    let path = JsonPath::parse("$[*][?($..[0] contains 7)]").expect("the path parses");
    let error = path.evaluate(&document).expect_err("too much work");
    assert_eq!(error.to_string(), "JSONPath '$[*][?($..[0] contains 7)]' visited more than 2000000 values");
}

proptest::proptest! {
    #[test]
    fn any_path_parses_or_fails_without_a_panic(path in "[$@.\\[\\]()?*:'\",!=<>&|/~a-c0-9é -]{0,24}") {
        let document = json::parse(DOCUMENT).expect("the document is JSON");
        if let Ok(parsed) = JsonPath::parse(&path) {
            let _found = parsed.evaluate(&document);
        }
    }
}
