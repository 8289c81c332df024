//! The language itself: each rule of Velocity 1.7 as API Gateway runs it, one table per rule. The expectations were compared
//! with Apache Velocity 1.7 set up as API Gateway's is.

use crate::support::check;

#[test]
fn undefined_references_print_nothing_and_are_the_empty_string() {
    check(&[
        ("[$u][${u}][$!u][$u.a.b][$u.f()][$u[1]]", "{}", "[][][][][][]"),
        ("#if($u)t#else f#end #if(!$u)t#else f#end", "{}", "t  f"),
        ("#if($u == '')t#end#if($u != '')f#end#if($u == $null)t#end", "{}", "tt"),
        ("#if($u && $v)t#end", "{}", "t"),
        ("#set($a = $u)[$a]#set($a = $u + 1)[$a]", "{}", "[][1]"),
    ]);
}
