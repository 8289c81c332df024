//! Which blanks and newlines directives swallow.

use crate::support::check;

#[test]
fn directives_swallow_blanks_and_one_newline_after_them() {
    check(&[
        ("#if(true)  \n x\n#end  \n y", "{}", " x\n y"),
        ("#if(true)\n\nx#end\n\ny", "{}", "\nx\ny"),
        ("#if(true) x#end y", "{}", " x y"),
        ("#if(false)\n#else \t\nx\n#end\r\ny", "{}", "x\ny"),
        ("#if(false)\n#elseif(true) \t\n x\n#end", "{}", " x\n"),
        ("#if(false)a#{else} \nb#{end}\n\nc", "{}", "b\nc"),
        ("#foreach($i in [1, 2])\n$i\n#end\nz", "{}", "1\n2\nz"),
        ("#set($a = 1)\n$a", "{}", "1"),
        ("#set($a = 1)  \r\n$a", "{}", "1"),
        ("#define($d)\nx\n#end\n$d", "{}", "x\n"),
        ("a ## comment\nb", "{}", "a b"),
        ("a #* comment *#\nb", "{}", "a \nb"),
    ]);
}

#[test]
fn blanks_before_directives_stay_except_before_a_set_that_begins_a_piece() {
    check(&[
        ("  #if(true)x#end", "{}", "  x"),
        ("  #set($a = 1)x", "{}", "x"),
        ("a  #set($a = 1)x", "{}", "a  x"),
        ("\n  #set($a = 1)x", "{}", "\n  x"),
        ("#if(true)\n  #set($a = 1)\n  #set($b = 2)\n$a#end", "{}", "1"),
        ("$b  #set($a = 1)$a", r#"{"b":0}"#, "01"),
    ]);
}

#[test]
fn blanks_inside_directives_do_not_matter() {
    check(&[
        ("#if ( $a )x#end#if\n(\n$a\n)y#end", r#"{"a":1}"#, "xy"),
        ("#foreach ( $i\tin\n[ 1 , 2 ] )$i#end", "{}", "12"),
        ("#set ( $m = { 'a' : 1 , \"b\" : [ 1 , 2 ] } )$m$m.get( 'a' )", "{}", "{a=1, b=[1, 2]}1"),
        ("#set\n($a = 1)", "{}", "error: "),
        ("#set($x = [ ])", "{}", "error: expected a value"),
        ("#set($x = { })$x", "{}", "{}"),
    ]);
}
