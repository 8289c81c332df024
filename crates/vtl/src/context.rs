//! What a template can name: its variables from outside. What must stay true: a rendering never changes the context itself;
//! `#set` of a variable ends with the rendering, while a list or map that the context holds is shared and keeps what was put
//! into it (which is how an override set in a request template is seen by the response template).

use std::sync::Arc;

use crate::Value;

/// The variables that a rendering starts with.
#[derive(Clone, Default)]
pub struct Context {
    variables: Vec<(Arc<str>, Value)>,
}

impl Context {
    /// A context without variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds `$name`, in place of what it was bound to before.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        match self.variables.iter_mut().find(|(bound, _)| &**bound == name) {
            Some((_, old)) => *old = value,
            None => self.variables.push((name.into(), value)),
        }
        self
    }

    /// What `$name` is bound to.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.variables.iter().find(|(bound, _)| &**bound == name).map(|(_, value)| value)
    }
}
