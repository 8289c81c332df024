//! The rescued data of a record: a JSON object of all in it that has no place in its row.
//!
//! That is a field which the schema does not have (names are compared with case), and a value which is not of its field's
//! type. A member of a STRUCT is rescued by itself, inside an object under the STRUCT's name; an array or a map is rescued whole. Of
//! equal keys the last is kept. What must stay true: numbers keep their digits, and recursion goes no deeper than the schema.

use std::borrow::Cow;
use std::collections::HashMap;

use super::scan::{Kind, Scanner, Value};
use super::text::{as_string, write_json, write_string};
use super::value::{self, Reading};
use crate::schema::{DataType, Field, Schema};

/// What `text`, which begins with an object, leaves over; `None` when all of it has a place.
pub(super) fn rescue(schema: &Schema, reading: &Reading, text: &str) -> Option<String> {
    let mut scanner = Scanner::again(text);
    let mut left = LeftOver::default();
    let fields: HashMap<&str, &Field> = by_name(&schema.fields);
    let mut first = true;
    if scanner.begin_object() {
        while let Ok(Some(key)) = scanner.next_key(first) {
            first = false;
            let Ok(value) = scanner.value(1) else { break };
            left.member(&fields, as_string(key), value, reading);
        }
    }
    left.write()
}

/// The fields by their names.
pub(super) fn by_name(fields: &[Field]) -> HashMap<&str, &Field> {
    fields.iter().map(|field| (field.name.as_str(), field)).collect()
}

/// The members that have no place, in the order in which their keys first came, each as JSON.
#[derive(Default)]
struct LeftOver<'a> {
    members: Vec<(Cow<'a, str>, String)>,
    positions: HashMap<Cow<'a, str>, usize>,
}

impl<'a> LeftOver<'a> {
    fn member(
        &mut self,
        fields: &HashMap<&str, &Field>,
        key: Cow<'a, str>,
        value: Value<'a>,
        reading: &Reading,
    ) {
        let json = match fields.get(key.as_ref()) {
            Some(field) => match of_value(&field.data_type, value, reading) {
                Some(json) => json,
                None => return,
            },
            None => whole(value),
        };
        if let Some(&at) = self.positions.get(&key) {
            self.members[at].1 = json;
        } else {
            self.positions.insert(key.clone(), self.members.len());
            self.members.push((key, json));
        }
    }

    fn write(self) -> Option<String> {
        if self.members.is_empty() {
            return None;
        }
        let mut out = String::from("{");
        for (at, (key, json)) in self.members.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write_string(&key.replace('\\', "\\\\"), &mut out);
            out.push(':');
            out.push_str(&json);
        }
        out.push('}');
        Some(out)
    }
}

fn of_value(data_type: &DataType, value: Value<'_>, reading: &Reading) -> Option<String> {
    match data_type {
        DataType::Struct(fields) if value.kind == Kind::Object => {
            let fields = by_name(fields);
            let mut left = LeftOver::default();
            for (key, value) in value::members(value) {
                left.member(&fields, key, value, reading);
            }
            left.write()
        }
        DataType::Array(item) if value.kind == Kind::Array => {
            let lacks = |item_value| of_value(item, item_value, reading).is_some();
            value::items(value).into_iter().any(lacks).then(|| whole(value))
        }
        DataType::Map(of) if value.kind == Kind::Object => {
            let lacks = |(_, value)| of_value(of, value, reading).is_some();
            value::members(value).into_iter().any(lacks).then(|| whole(value))
        }
        _ => (!value::fits(data_type, value, reading)).then(|| whole(value)),
    }
}

fn whole(value: Value<'_>) -> String {
    let mut out = String::with_capacity(value.text.len() + 2);
    write_json(value, &mut out);
    out
}
