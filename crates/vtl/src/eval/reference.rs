//! References: what they resolve to, what they print, and what `#set` puts into them. What must stay true: a missing link of a
//! reference makes the whole of it missing, never an error; a method that fails is an error at its own place.

use super::{Renderer, Step};
use crate::{
    ast::{Access, AccessKind, Expression, Reference, Root, Set},
    error::Position,
    methods,
    value::{EngineValue, Key, Opaque, Value},
};

impl Reference {
    /// Whether it prints its value and nothing else.
    pub(crate) fn is_plain(&self) -> bool {
        !self.is_escaped && self.escapes.is_empty() && self.glued.is_empty()
    }
}

/// Where a method is called, for errors.
struct Place<'a> {
    position: Position,
    literal: &'a str,
}

impl Renderer<'_> {
    pub(super) fn print_reference(&mut self, reference: &Reference) -> Step<()> {
        if reference.root == Root::Word {
            self.out.push_str(&reference.literal);
            return Ok(());
        }
        let value = self.resolve(reference)?;
        if reference.is_escaped {
            self.out.push_str(&reference.escapes);
            self.out.push_str(&reference.literal);
            return Ok(());
        }
        if let Value::Engine(Opaque(EngineValue::Block(block))) = &value {
            if !self.print_defined(block)? {
                self.out.push_str(&reference.escapes);
                self.out.push_str(&reference.escapes);
                self.out.push_str(&reference.glued);
                if !reference.is_quiet {
                    self.out.push_str(&reference.literal);
                }
            }
            return Ok(());
        }
        self.out.push_str(&reference.escapes);
        self.out.push_str(&reference.glued);
        match &value {
            Value::Null => Ok(()),
            Value::Str(text) => {
                self.out.push_str(text);
                Ok(())
            }
            other => self.print(other),
        }
    }

    /// What a reference stands for; `null` when it is missing.
    pub(super) fn resolve(&mut self, reference: &Reference) -> Step<Value> {
        let Root::Slot(slot) = reference.root else { return Ok(Value::Null) };
        // The first property is read without a copy of what it is read from.
        let (mut value, rest) = match reference.accesses.split_first() {
            Some((Access { kind: AccessKind::Property(name), position }, rest)) => {
                let property = methods::property(self.variable(slot), name);
                let failed = |failure| self.failed(failure, *position, &reference.literal);
                (property.map_err(failed)?, rest)
            }
            _ => (self.variable(slot).clone(), reference.accesses.as_slice()),
        };
        for access in rest {
            if value.is_null() {
                break;
            }
            value = self.access(reference, access, &value)?;
        }
        Ok(value)
    }

    fn access(&mut self, reference: &Reference, access: &Access, target: &Value) -> Step<Value> {
        let outcome = match &access.kind {
            AccessKind::Property(name) => methods::property(target, name),
            AccessKind::Index(index) => {
                let index = self.value(index)?;
                methods::index(target, &index)
            }
            AccessKind::Method { name, arguments } => {
                let place = Place { position: access.position, literal: &reference.literal };
                return self.call(&place, target, name, arguments);
            }
        };
        outcome.map_err(|failure| self.failed(failure, access.position, &reference.literal))
    }

    fn call(
        &mut self,
        place: &Place<'_>,
        target: &Value,
        name: &str,
        arguments: &[Expression],
    ) -> Step<Value> {
        // Most methods take one argument or two: those need no list on the heap, and a literal no copy.
        match arguments {
            [] => self.invoke(place, target, name, &[]),
            [Expression::Literal(literal)] => self.invoke(place, target, name, std::slice::from_ref(literal)),
            [first] => {
                let first = [self.value(first)?];
                self.invoke(place, target, name, &first)
            }
            [first, second] => {
                let both = [self.value(first)?, self.value(second)?];
                self.invoke(place, target, name, &both)
            }
            _ => {
                let values: Vec<Value> =
                    arguments.iter().map(|argument| self.value(argument)).collect::<Step<_>>()?;
                self.invoke(place, target, name, &values)
            }
        }
    }

    fn invoke(&mut self, place: &Place<'_>, target: &Value, name: &str, arguments: &[Value]) -> Step<Value> {
        if let Value::Engine(Opaque(EngineValue::Block(_))) = target {
            let is_to_string = name == "toString" && arguments.is_empty();
            let text = if is_to_string { self.text_of(target)? } else { None };
            return Ok(text.map_or(Value::Null, Value::Str));
        }
        let paid = self.budget.step();
        let outcome = paid.and_then(|()| {
            methods::call(&mut self.budget, &self.template.regexes, self.limits, target, name, arguments)
        });
        match outcome {
            Ok(value) => {
                if let Value::Str(text) = &value
                    && let Err(failure) = self.budget.bytes(text.len() as u64)
                {
                    return Err(self.failed(failure, place.position, place.literal));
                }
                Ok(value)
            }
            Err(failure) => Err(self.failed(failure, place.position, place.literal)),
        }
    }

    /// `#set`. What cannot be set is left as it is, without an error.
    pub(super) fn assign(&mut self, set: &Set, value: Value) -> Step<()> {
        let target = &set.target;
        let Some((last, before)) = target.accesses.split_last() else {
            self.set_variable(set.slot, value);
            return Ok(());
        };
        let Root::Slot(slot) = target.root else { return Ok(()) };
        let mut owner = self.variable(slot).clone();
        for access in before {
            if owner.is_null() {
                return Ok(());
            }
            owner = self.access(target, access, &owner)?;
        }
        let outcome = match &last.kind {
            AccessKind::Index(index) => {
                let index = self.value(index)?;
                methods::set_index(&mut self.budget, &owner, &index, value)
            }
            AccessKind::Property(name) | AccessKind::Method { name, .. } => {
                methods::set_property(&mut self.budget, &owner, Key::Str(name.clone()), value)
            }
        };
        self.pay_for_entries(1)?;
        outcome.map_err(|failure| self.failed(failure, last.position, &target.literal))
    }
}
