//! Changes of the document, one file for each kind of entity. Each checks first and changes then, so that one that is refused has
//! changed nothing; nothing here touches the disk or the clock.

mod access_keys;
mod attachments;
mod groups;
mod names;
mod policies;
mod roles;
mod tags;
mod users;

pub(crate) use attachments::Holder;
pub(crate) use names::without_spaces;
pub(crate) use policies::{NewPolicy, parse_version};
pub(crate) use roles::NewRole;
pub(crate) use tags::{remove as remove_tags, set as set_tags};
pub(crate) use users::NewUser;
