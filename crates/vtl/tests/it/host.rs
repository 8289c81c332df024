//! Objects of the embedder: properties, methods, indexes, `#set`, and maps that print otherwise.

use std::sync::{Arc, Mutex};

use alluvium_vtl::{Context, HostError, HostObject, Limits, Map, Template, Value};

/// Records what a template asks of it.
#[derive(Default)]
struct Probe {
    asked: Mutex<Vec<String>>,
}

impl HostObject for Probe {
    fn print(&self, out: &mut String) {
        out.push_str("<probe>");
    }

    fn property(&self, name: &str) -> Result<Value, HostError> {
        self.asked.lock().expect("nobody panicked").push(format!(".{name}"));
        Ok(if name == "known" { Value::from("value") } else { Value::Null })
    }

    fn call(&self, method: &str, arguments: &[Value]) -> Result<Value, HostError> {
        let arguments: Vec<String> =
            arguments.iter().map(|value| value.to_json().expect("values are shallow")).collect();
        self.asked.lock().expect("nobody panicked").push(format!(".{method}({})", arguments.join(",")));
        match method {
            "fail" => Err(HostError("no such stream".to_owned())),
            "list" => Ok(Value::from_json("[1,2]").expect("it is JSON")),
            _ => Ok(Value::Null),
        }
    }

    fn set_property(&self, name: &str, value: Value) -> Result<bool, HostError> {
        self.asked
            .lock()
            .expect("nobody panicked")
            .push(format!(".{name}={}", value.to_json().expect("values are shallow")));
        Ok(true)
    }
}

/// A map that prints nothing, as the maps of `$context` do.
struct Silent(Map);

impl HostObject for Silent {
    fn print(&self, _out: &mut String) {}

    fn as_map(&self) -> Option<&Map> {
        Some(&self.0)
    }
}

fn render(template: &str, context: &Context) -> Result<String, String> {
    let limits = Limits::default();
    let template = Template::parse("t", template, &limits).map_err(|error| error.to_string())?;
    template.render(context, &limits).map_err(|error| error.to_string())
}

#[test]
fn a_template_reaches_the_host_with_evaluated_arguments() {
    let probe = Arc::new(Probe::default());
    let mut context = Context::new();
    context.set("p", Arc::clone(&probe));
    let template = "$p $p.known $p['known'],[$p.other],[$p.m()]#set($p.x = 1 + 1)$p.m(1, \"a$p.known\", null)$p.list()[1]";
    assert_eq!(render(template, &context).unwrap(), "<probe> value value,[],[]2");
    let asked = probe.asked.lock().unwrap().join(" ");
    assert_eq!(asked, ".known .known .other .m() .x=2 .known .m(1,\"avalue\",null) .list()");
}

#[test]
fn a_host_error_gets_a_place() {
    let mut context = Context::new();
    context.set("p", Arc::new(Probe::default()));
    assert_eq!(render("ab $p.fail('x')", &context).unwrap_err(), "t:1:7: no such stream, at `$p.fail('x')`");
}

#[test]
fn a_host_that_is_a_map_answers_as_one_and_prints_as_it_likes() {
    let map: Map = [("a", Value::from(1)), ("b", Value::from("x"))].into_iter().collect();
    let mut context = Context::new();
    context.set("m", Arc::new(Silent(map.clone())));
    let template =
        "[$m]$m.a$m['b']$m.size()#foreach($v in $m)$v#end#set($m.c = 3)$m.keySet()#if($m.c == 3)t#end";
    assert_eq!(render(template, &context).unwrap(), "[]1x21x[a, b, c]t");
    assert_eq!(
        map.get("c").map(|value| value.to_json()),
        Some(Some("3".to_owned())),
        "what is set stays with the map"
    );
}

#[test]
fn a_rendering_leaves_the_variables_of_the_context_alone() {
    let mut context = Context::new();
    context.set("a", 1);
    assert_eq!(render("#set($a = 2)$a", &context).unwrap(), "2");
    assert_eq!(render("$a", &context).unwrap(), "1");
}

#[test]
fn a_block_that_outlives_its_template_prints_nothing() {
    let map = Map::new();
    let mut context = Context::new();
    context.set("m", map);
    assert_eq!(render("#define($d)x#end#set($m.d = $d)$m.d", &context).unwrap(), "x");
    assert_eq!(render("[$m.d]", &context).unwrap(), "[]");
}

#[test]
fn one_template_renders_on_many_threads() {
    let limits = Limits::default();
    let template = Template::parse("t", "#define($d)$n#end#foreach($i in [1..50])$d#end", &limits).unwrap();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (template, limits) = (&template, &limits);
            scope.spawn(move || {
                let mut context = Context::new();
                context.set("n", number);
                for _ in 0..50 {
                    assert_eq!(template.render(&context, limits).unwrap(), number.to_string().repeat(50));
                }
            });
        }
    });
}
