//! A template, parsed once and rendered many times. What must stay true: rendering leaves the template as it was, so one
//! template serves any number of threads at a time.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use crate::{
    ast::{Block, Slot},
    context::Context,
    error::{RenderError, TemplateError},
    eval,
    inspect::UnknownDirective,
    limits::{Limits, SIZE_HINT_MAX},
    methods::RegexCache,
    parser,
};

/// A parsed template.
///
/// ```
/// use alluvium_vtl::{Context, Limits, Template};
///
/// let limits = Limits::default();
/// let template = Template::parse("greeting", "Hello $name#if($name == '')you#end!", &limits)?;
/// let mut context = Context::new();
/// context.set("name", "World");
/// assert_eq!(template.render(&context, &limits)?, "Hello World!");
/// assert_eq!(template.render(&Context::new(), &limits)?, "Hello you!");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Template {
    pub(crate) name: Box<str>,
    /// Tells blocks of this template from those of any other.
    pub(crate) id: u64,
    pub(crate) block: Block,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) unknown_directives: Box<[UnknownDirective]>,
    pub(crate) loop_slots: LoopSlots,
    pub(crate) regexes: RegexCache,
    /// How much text the last rendering made: the next makes about as much.
    pub(crate) size_hint: AtomicUsize,
}

/// The variables that every `#foreach` sets, as far as the template names them.
#[derive(Clone, Copy, Default)]
pub(crate) struct LoopSlots {
    pub(crate) foreach: Option<Slot>,
    pub(crate) velocity_count: Option<Slot>,
    pub(crate) velocity_has_next: Option<Slot>,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl Template {
    /// Parses `source`; `name` is what errors call the template.
    pub fn parse(name: &str, source: &str, limits: &Limits) -> Result<Self, TemplateError> {
        let parsed = parser::parse(name, source, limits)?;
        let slot_of =
            |name: &str| parsed.names.iter().position(|known| &**known == name).map(|slot| slot as Slot);
        let loop_slots = LoopSlots {
            foreach: slot_of("foreach"),
            velocity_count: slot_of("velocityCount"),
            velocity_has_next: slot_of("velocityHasNext"),
        };
        Ok(Self {
            name: name.into(),
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            block: parsed.block,
            names: parsed.names,
            unknown_directives: parsed.unknown_directives.into(),
            loop_slots,
            regexes: RegexCache::default(),
            size_hint: AtomicUsize::new(source.len().min(SIZE_HINT_MAX)),
        })
    }

    /// The name under which the template was parsed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Renders the template with the variables of `context`.
    pub fn render(&self, context: &Context, limits: &Limits) -> Result<String, RenderError> {
        eval::render(self, context, limits)
    }
}
