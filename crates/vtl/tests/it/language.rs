//! References, truth, directives and what is literal: each rule of Velocity 1.7 as API Gateway runs it, one table per rule. The
//! expectations were compared with Apache Velocity 1.7 set up as API Gateway's is.

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

#[test]
fn identifiers_take_hyphens_and_end_where_velocity_ends_them() {
    check(&[
        ("$e.partition-key|$e.a->b", r#"{"e":{"partition-key":"k","a-":"x"}}"#, "k|x>b"),
        ("$a-b|${a}-b|$a.1|$a.|$a,", r#"{"a":1,"a-b":2}"#, "2|1-b|1.1|1.|1,"),
        ("#set($x = 9)[$x-3]#set($y = $x - 3)$y|$a-b-c", r#"{"a-b-c":2}"#, "[]6|2"),
        ("$_a $1 $-a $é", r#"{"_a":1}"#, "1 $1 $-a $é"),
        ("$a.b.c.|${a.b.c}d|$a.b.c()", r#"{"a":{"b":{"c":7}}}"#, "7.|7d|"),
        ("$a[0]$a[ 1 ]$a[$i]|$a[-1]", r#"{"a":["x","y","z"],"i":2}"#, "xyz|z"),
        ("$m['k v']$m[\"$k\"]$m.a[1].b", r#"{"m":{"k v":1,"x":2,"a":[0,{"b":3}]},"k":"x"}"#, "123"),
    ]);
}

#[test]
fn dollars_and_hashes_that_begin_nothing_print() {
    check(&[
        ("$ # \"#\" $$ $5 #1 #13ff93 a#b", "{}", "$ # \"#\" $$ $5 #1 #13ff93 a#b"),
        ("$$a $!$a ${ a} $[0] $.b", r#"{"a":1}"#, "$1 $!1 ${ a} $[0] $.b"),
        ("Hello $", "{}", "error: 1:7"),
        ("#", "{}", "error: 1:1"),
        ("${a", "{}", "error: expected `}`"),
        ("$true", "{}", "error: this cannot stand in text, at `$true`"),
    ]);
}

#[test]
fn backslashes_escape_what_velocity_knows_and_nothing_else() {
    let a = r#"{"a":1}"#;
    check(&[
        (r"\$a \\$a \\\$a \\\\$a \$u", a, r"$a \1 \$a \\1 $u"),
        (
            r"\#if \#end \#set($a=2) \#foreach \#unknown \x \\",
            a,
            r"#if #end #set(1=2) #foreach \#unknown \x \\",
        ),
        (r"\\#if(true)x#end", a, r"\x"),
        (r"\${a} \$!a \$a.b() \#{if}", a, r"${a} $!a $a.b() #{if}"),
        (r"$\!a", a, ""),
        (r"#macro(m)x#end\#m", a, "#m"),
    ]);
}

#[test]
fn truth_is_that_of_velocity_1_7() {
    check(&[
        ("#if('')t#end#if('x')t#end#if(1)t#end#if(0)t#end#if([])t#end#if({})t#end#if([1..2])t#end", "{}", ""),
        ("#if(true)t#end#if(false)f#end", "{}", "t"),
        (
            "#if($s)1#end#if($z)2#end#if($l)3#end#if($n)4#end#if($f)5#end",
            r#"{"s":"","z":0,"l":[],"n":null,"f":false}"#,
            "1234",
        ),
        ("#if(1 + 1)t#else f#end", "{}", " f"),
        ("#if(!$f)1#end#if(not $t)2#end#if(!(1 == 2))3#end#if(!!$t)4#end", r#"{"f":false,"t":true}"#, "134"),
        (
            "#set($a = $f || $t)$a;#set($a = $f && $t)$a;#set($a = 1 && 2)$a",
            r#"{"f":false,"t":true}"#,
            "true;false;false",
        ),
    ]);
}

#[test]
fn if_takes_its_first_true_branch() {
    check(&[
        ("#if($a == 1)one#elseif($a == 2)two#else many#end", r#"{"a":1}"#, "one"),
        ("#if($a == 1)one#elseif($a == 2)two#else many#end", r#"{"a":2}"#, "two"),
        ("#if($a == 1)one#elseif($a == 2)two#else many#end", r#"{"a":3}"#, " many"),
        ("#{if}($a)x#{else}y#{end}z#{set}($b=1)$b", r#"{"a":false}"#, "yz1"),
        ("#end", "{}", "error: closes nothing"),
        ("#else", "{}", "error: belongs to no #if"),
        ("a\n #if(true)x", "{}", "error: 2:2: this #if has no #end"),
        ("#if(true)a#else b#else c#end", "{}", "error: expected the #end"),
        ("#if(true)a#else b#elseif(true)c#end", "{}", "error: expected the #end"),
        ("#endx #elsex", "{}", "#endx #elsex"),
    ]);
}

#[test]
fn set_binds_variables_properties_and_items() {
    check(&[
        ("#set($a = 1)$a#set($a.b = 2)$a", "{}", "11"),
        (
            "#set($m = {})#set($m.k = 1)#set($m['x-y'] = 2)#set($m.n = {})#set($m.n.o = 3)$m",
            "{}",
            "{k=1, x-y=2, n={o=3}}",
        ),
        ("#set($l = [1, 2])#set($l[0] = 9)#set($l[-1] = 8)$l", "{}", "[9, 8]"),
        ("#set($l = [1])#set($l[5] = 9)", "{}", "error: index 5 is out of range"),
        ("#set($u.a = 1)#set($u[0] = 1)[$u]", "{}", "[]"),
        ("#set($a = 5)#set($a = 1 / 0)$a", "{}", "5"),
        ("#set($a = null)", "{}", "error: expected a value, at `null)`"),
        ("#set($b = $a)#set($b.x = 1)$a", r#"{"a":{}}"#, "{x=1}"),
        ("#set(${a} = 1)[$a]", "{}", "[]"),
    ]);
}

#[test]
fn foreach_runs_over_every_collection_and_nothing_else() {
    check(&[
        ("#foreach($i in [1, 2])$i,#end", "{}", "1,2,"),
        ("#foreach($i in [3..1])$i#end#foreach($i in [$a..$b])$i#end", r#"{"a":1,"b":3}"#, "321123"),
        ("#foreach($v in $m)$v,#end#foreach($k in $m.keySet())$k,#end", r#"{"m":{"a":1,"b":2}}"#, "1,2,a,b,"),
        ("#foreach($e in $m.entrySet())$e.key=$e.value;$e;#end", r#"{"m":{"a":1}}"#, "a=1;a=1;"),
        (
            "#foreach($i in 'abc')x#end#foreach($i in 5)x#end#foreach($i in $u)x#end#foreach($i in '')x#end",
            "{}",
            "",
        ),
        ("#foreach($i in [1, $u, 3])[$i]#end#foreach($i in $l)[$i]#end", r#"{"l":[null]}"#, "[1][][3][]"),
        (
            "#set($it = $l.iterator())#foreach($i in $it)$i#end#foreach($i in $it)$i#end",
            r#"{"l":[1,2]}"#,
            "12",
        ),
        (
            "#foreach($i in [1])#foreach($j in $l)$l.add(1)#end#end",
            r#"{"l":[1,2]}"#,
            "error: changed while #foreach",
        ),
        ("#foreach($i in [$a .. $b])$i#end#foreach($i in $t)x#end", r#"{"a":1,"b":3,"t":true}"#, "123"),
        ("#foreach($i in [1])a#else b#end", "{}", "error: expected the #end of a #foreach"),
        ("#foreach($i)x#end", "{}", "error: a #foreach is written"),
        ("#foreach", "{}", "error: needs arguments"),
    ]);
}

#[test]
fn foreach_tells_where_it_is_and_puts_its_variables_back() {
    check(&[
        (
            "#foreach($i in ['a','b'])$foreach.index$foreach.count$foreach.hasNext$foreach.first$foreach.last|#end",
            "{}",
            "01truetruefalse|12falsefalsetrue|",
        ),
        ("#foreach($i in [1, 2])$velocityCount$velocityHasNext #end$velocityCount", "{}", "1true 2false "),
        (
            "#foreach($i in [1, 2])#foreach($j in [1])$foreach.parent.count$foreach.topmost.index#end#end",
            "{}",
            "1021",
        ),
        ("#set($i = 'x')#foreach($i in [1])$i#set($o = $i)#end$i$o", "{}", "1x1"),
        ("#set($foreach = 'f')#foreach($i in [1])$foreach.count#end$foreach", "{}", "1f"),
        ("#foreach($i in [1])$i#end[$i][$foreach]", "{}", "1[][]"),
        ("#foreach($i in [1..5])$i#if($i == 2)#break#end#end.", "{}", "12."),
        ("#foreach($i in [1, 2])#foreach($j in [1, 2])$j#break($foreach.parent)#end#end.", "{}", "1."),
        (
            "#foreach($i in [1, 2])$foreach.hasNext()${foreach.getIndex()}${foreach.isLast()}|#end",
            "{}",
            "true0false|false1true|",
        ),
        ("#break x", "{}", ""),
    ]);
}

#[test]
fn define_binds_a_block_that_renders_where_it_prints() {
    check(&[
        ("#define($d)<$x>#end#set($x = 1)$d#set($x = 2)$d $d()", "{}", "<1><2> <2>()"),
        ("#define($d)x$d#end$d", "{}", "xx$d"),
        ("#define($d)x$!d#end$d", "{}", "xx"),
        ("#define($d)a#break b#end$d.", "{}", "a."),
        ("#define($d)a#end#set($s = \"$d$d\")$s $d.toString()", "{}", "aa a"),
        ("#define($d)1#end#if($d == '1')t#end", "{}", "t"),
        ("#define()x#end", "{}", "error: #define takes one argument"),
    ]);
}

#[test]
fn stop_ends_the_template_wherever_it_stands() {
    check(&[
        ("a#stop b", "{}", "a"),
        ("a#if(true)b#stop#end c", "{}", "ab"),
        ("#foreach($i in [1, 2])$i#stop#end", "{}", "1"),
        ("#define($d)x#stop y#end a$d b", "{}", " ax"),
        ("a#set($s = \"b#stop\")c", "{}", "a"),
        ("#stop('why')x", "{}", ""),
    ]);
}

#[test]
fn macros_and_unknown_words_are_literal() {
    check(&[
        ("#macro(m $a)body $a#end#m(1) #m", "{}", "#m(1) #m"),
        (
            "#evaluate('$a') #return($a) #parse('x') #include('x')",
            r#"{"a":1}"#,
            "#evaluate('$a') #return($a) #parse('x') #include('x')",
        ),
        (
            "#unknown #x($a, 'b') #{y} #@z(1)b$a#end #@w",
            r#"{"a":1}"#,
            "#unknown #x($a, 'b') #{y} #@z(1)b$a#end #@w",
        ),
        ("#literal()$a #x#end", r#"{"a":1}"#, "$a #x"),
        ("#macro(m)", "{}", "error: has no #end"),
        ("#macro('m')x#end", "{}", "error: is its name, a bare word"),
        ("#x(1 + 2)", "{}", "error: expected a value"),
    ]);
}

#[test]
fn comments_and_literal_blocks_take_what_is_in_them() {
    check(&[
        ("a## $b #if\nc", "{}", "ac"),
        ("a#* $b #if *#c#** d *#e", "{}", "ace"),
        ("a#* never ends", "{}", "a"),
        ("a#[[ $b #if( \\ ]]#c", "{}", "a $b #if( \\ c"),
        ("a#[[ never ends", "{}", "error: ends in the middle"),
        ("##", "{}", ""),
    ]);
}
