//! References: what they resolve to, what they print, and what `#set` puts into them. What must stay true: a missing link of a
//! reference makes the whole of it missing, never an error; a method that fails is an error at its own place.

use super::{Renderer, Step};
use crate::{
    ast::{Access, AccessKind, Expression, Reference, Root, Set},
    error::Failure,
    methods,
    value::{EngineValue, Key, Opaque, Value},
};

impl Reference {
    /// Whether it prints its value and nothing else.
    pub(crate) fn is_plain(&self) -> bool {
        !self.is_escaped && self.escapes.is_empty() && self.glued.is_empty()
    }
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
        let mut value = self.variable(slot).clone();
        for access in &reference.accesses {
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
                return self.call(reference, access, target, name, arguments);
            }
        };
        outcome.map_err(|failure| self.failed(failure, access.position, &reference.literal))
    }

    fn call(
        &mut self,
        reference: &Reference,
        access: &Access,
        target: &Value,
        name: &str,
        arguments: &[Expression],
    ) -> Step<Value> {
        // Most methods take one argument or two: those need no list on the heap.
        let outcome = match arguments {
            [] => self.invoke(target, name, &[])?,
            [first] => {
                let first = [self.value(first)?];
                self.invoke(target, name, &first)?
            }
            [first, second] => {
                let both = [self.value(first)?, self.value(second)?];
                self.invoke(target, name, &both)?
            }
            _ => {
                let values: Vec<Value> =
                    arguments.iter().map(|argument| self.value(argument)).collect::<Step<_>>()?;
                self.invoke(target, name, &values)?
            }
        };
        outcome.map_err(|failure| self.failed(failure, access.position, &reference.literal))
    }

    fn invoke(&mut self, target: &Value, name: &str, arguments: &[Value]) -> Step<Result<Value, Failure>> {
        if let Err(failure) = self.budget.step() {
            return Ok(Err(failure));
        }
        if let Value::Engine(Opaque(EngineValue::Block(_))) = target {
            let is_to_string = name == "toString" && arguments.is_empty();
            let text = if is_to_string { self.text_of(target)? } else { None };
            return Ok(Ok(text.map_or(Value::Null, Value::Str)));
        }
        let outcome =
            methods::call(&mut self.budget, &self.template.regexes, self.limits, target, name, arguments);
        if let Ok(Value::Str(text)) = &outcome
            && let Err(failure) = self.budget.bytes(text.len() as u64)
        {
            return Ok(Err(failure));
        }
        Ok(outcome)
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
