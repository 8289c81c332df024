//! The account's principals and policies: users with access keys, groups, roles, managed policies, and the sessions of today.
//!
//! What must stay true: a change is saved before it can be used, and a change that cannot be saved does not happen. Looking up
//! an access key, or what its owner may do, never waits for the disk and reads no policy.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use alluvium_clock::Clock;
use alluvium_sigv4::Credentials;

use crate::arn;
use crate::caller::{Caller, Principal};
use crate::directory::NewUser;
use crate::document::{Document, StoredRole, StoredUser};
use crate::error::IamError;
use crate::file::{IamFile, OpenError};
use crate::grants::{Grants, Standing, grants_of};
use crate::issued_key::{IssuedKey, keys_of};
use crate::principals::{Role, User};
use crate::random;
use crate::sessions::ServiceSession;

/// The users, groups, roles, policies and access keys of one account. Cheap to clone; clones are the same account.
///
/// Methods that change something wait for the disk: call them from a thread that may.
#[derive(Debug, Clone)]
pub struct Iam(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    account_id: Arc<str>,
    clock: Clock,
    /// `None` keeps everything in memory. Locked by whoever changes something, for as long as that takes.
    file: Mutex<Option<IamFile>>,
    state: RwLock<State>,
}

/// What is in memory.
pub(crate) struct State {
    pub(crate) document: Arc<Document>,
    /// Every key that can sign, by its id: those of users, and those of sessions.
    pub(crate) keys: HashMap<String, Arc<IssuedKey>>,
    /// What users and roles may do, by their unique ids.
    pub(crate) grants: HashMap<String, Arc<Grants>>,
    /// The newest session of each service that acts in a role, by the role's ARN.
    pub(crate) service_sessions: HashMap<String, Vec<ServiceSession>>,
    /// When sessions that ended are looked for next.
    pub(crate) next_sweep: SystemTime,
}

impl Iam {
    /// Opens the account kept in `directory`, which is made when there is none. `account_id` is twelve digits; it stands in
    /// every ARN.
    pub fn open(directory: &Path, clock: Clock, account_id: &str) -> Result<Self, OpenError> {
        let (file, document) = IamFile::open(directory)?;
        Ok(Self::new(Some(file), document, clock, account_id))
    }

    /// An account that is forgotten with the last clone of this handle.
    pub fn in_memory(clock: Clock, account_id: &str) -> Self {
        Self::new(None, Document::empty(), clock, account_id)
    }

    fn new(file: Option<IamFile>, document: Document, clock: Clock, account_id: &str) -> Self {
        let account_id: Arc<str> = account_id.into();
        let state = State {
            keys: keys_of(&document, &account_id),
            grants: grants_of(&document),
            document: Arc::new(document),
            service_sessions: HashMap::new(),
            next_sweep: clock.now(),
        };
        Self(Arc::new(Shared { account_id, clock, file: Mutex::new(file), state: RwLock::new(state) }))
    }

    /// The account, twelve digits.
    pub fn account_id(&self) -> &str {
        &self.0.account_id
    }

    /// The ARN that a role of this name has or would have, without a path.
    pub fn role_arn(&self, name: &str) -> String {
        arn::role(&self.0.account_id, "/", name)
    }

    /// Creates a user without access keys and without policies, who may do nothing until somebody says otherwise.
    pub fn create_user(&self, name: &str) -> Result<User, IamError> {
        self.change(|document, now_millis| {
            let tags = Vec::new();
            document.create_user(
                &NewUser { name, path: "/", tags: &tags, permissions_boundary: None },
                now_millis,
            )?;
            Ok(self.show_user(document.user_named(name)?))
        })
    }

    /// Gives a user a new access key. This is the only time the secret leaves this crate.
    pub fn create_access_key(&self, user_name: &str) -> Result<Credentials, IamError> {
        let credentials = Credentials {
            access_key_id: random::identifier("AKIA"),
            secret_access_key: random::secret_access_key(),
            session_token: None,
        };
        self.change(|document, now_millis| document.add_access_key(user_name, &credentials, now_millis))?;
        Ok(credentials)
    }

    /// Gives a user an access key that was made elsewhere, such as one from the configuration. A session token is ignored.
    pub fn import_access_key(&self, user_name: &str, credentials: &Credentials) -> Result<(), IamError> {
        let access_key_id = &credentials.access_key_id;
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !(16..=128).contains(&access_key_id.len()) || !access_key_id.bytes().all(word) {
            // It is not repeated: it may be the secret, put in the wrong place.
            return Err(IamError::Validation(format!(
                "the access key id of the user {user_name} is not 16 to 128 characters of [A-Za-z0-9_]"
            )));
        }
        self.change(|document, now_millis| document.add_access_key(user_name, credentials, now_millis))
    }

    /// Takes an access key from its user. Requests signed with it are refused from now on.
    pub fn delete_access_key(&self, access_key_id: &str) -> Result<(), IamError> {
        self.change(|document, _| {
            let (user, _) =
                document.access_key(access_key_id).ok_or_else(|| IamError::no_access_key(access_key_id))?;
            let user_name = user.name.clone();
            document.delete_access_key(&user_name, access_key_id)
        })
    }

    /// The user of this name.
    pub fn user(&self, name: &str) -> Option<User> {
        self.state().document.user(name).map(|user| self.show_user(user))
    }

    /// All users, in the order of their creation.
    pub fn users(&self) -> Vec<User> {
        self.state().document.users.iter().map(|user| self.show_user(user)).collect()
    }

    /// The role of this ARN.
    pub fn role(&self, arn: &str) -> Option<Role> {
        let state = self.state();
        self.stored_role(&state.document, arn).map(|role| self.show_role(role))
    }

    /// All roles, in the order of their creation.
    pub fn roles(&self) -> Vec<Role> {
        self.state().document.roles.iter().map(|role| self.show_role(role)).collect()
    }

    /// The credentials that a caller signed with, for a service that passes them on; `None` when they were not issued here.
    pub fn credentials_of(&self, caller: &Caller) -> Option<Credentials> {
        self.issued_key(&caller.access_key_id).map(|key| key.credentials())
    }

    /// The issued key of this id, expired or not.
    pub(crate) fn issued_key(&self, access_key_id: &str) -> Option<Arc<IssuedKey>> {
        self.state().keys.get(access_key_id).cloned()
    }

    /// The account as a caller, for keys that nobody issued.
    pub(crate) fn account_caller(&self, access_key_id: &str) -> Caller {
        Caller::account(&self.0.account_id, access_key_id)
    }

    /// What is known of a caller: the policies of the user or role, and what limits the session.
    pub(crate) fn standing(&self, caller: &Caller) -> Standing {
        let (id, may_be_session) = match &caller.principal {
            Principal::Account => return Standing::Everything,
            Principal::Service { .. } | Principal::Anonymous => return Standing::Nothing,
            Principal::User { id, .. } => (id, caller.access_key_id.starts_with("ASIA")),
            Principal::AssumedRole { role_id, .. } => (role_id, true),
        };
        let state = self.state();
        let Some(grants) = state.grants.get(&**id) else { return Standing::Nothing };
        let key = if may_be_session { state.keys.get(&*caller.access_key_id) } else { None };
        Standing::Granted { grants: Arc::clone(grants), key: key.cloned() }
    }

    /// Whether a service acts in the caller's session.
    pub(crate) fn is_session_of_service(&self, caller: &Caller) -> bool {
        let key = self.issued_key(&caller.access_key_id);
        key.is_some_and(|key| key.session.as_ref().is_some_and(|session| session.of_service))
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.0.clock.now()
    }

    pub(crate) fn shared_account_id(&self) -> &Arc<str> {
        &self.0.account_id
    }

    /// The document of this moment.
    pub(crate) fn document(&self) -> Arc<Document> {
        Arc::clone(&self.state().document)
    }

    /// Changes a copy of the document, saves it, and only then lets everybody see it.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut Document, i64) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        let file: MutexGuard<'_, Option<IamFile>> =
            self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut document = Document::clone(&self.document());
        let result = change(&mut document, self.0.clock.now_millis())?;
        if let Some(file) = file.as_ref() {
            file.save(&document)?;
        }
        let mut keys = keys_of(&document, &self.0.account_id);
        let grants = grants_of(&document);
        let mut state = self.state_mut();
        for (id, key) in &mut keys {
            if let Some(kept) = state.keys.get(id)
                && kept.caller == key.caller
            {
                *key = Arc::clone(kept);
            }
        }
        // Sessions go with the user or role that they are of.
        let is_of_somebody = |caller: &Caller| match &caller.principal {
            Principal::User { id, .. } | Principal::AssumedRole { role_id: id, .. } => {
                grants.contains_key(&**id)
            }
            Principal::Account | Principal::Service { .. } | Principal::Anonymous => true,
        };
        let sessions =
            state.keys.drain().filter(|(_, key)| key.session.is_some() && is_of_somebody(&key.caller));
        keys.extend(sessions);
        state.keys = keys;
        state.grants = grants;
        state.document = Arc::new(document);
        state.ask_services_again();
        Ok(result)
    }

    pub(crate) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.0.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The role of an ARN, whose path has to be right.
    pub(crate) fn stored_role<'a>(&self, document: &'a Document, arn: &str) -> Option<&'a StoredRole> {
        let (path, name) = arn::role_of(&self.0.account_id, arn)?;
        document.role(name).filter(|role| role.path == path)
    }

    fn show_user(&self, user: &StoredUser) -> User {
        User {
            name: user.name.clone(),
            arn: arn::user(&self.0.account_id, &user.path, &user.name),
            id: user.id.clone(),
            created_millis: user.created_millis,
            access_key_ids: user.access_keys.iter().map(|key| key.access_key_id.clone()).collect(),
        }
    }

    pub(crate) fn show_role(&self, role: &StoredRole) -> Role {
        Role {
            name: role.name.clone(),
            arn: arn::role(&self.0.account_id, &role.path, &role.name),
            id: role.id.clone(),
            created_millis: role.created_millis,
        }
    }
}

impl State {
    /// A service asks again whether it may act as a role, and goes on in its session if so: changes begin no sessions.
    fn ask_services_again(&mut self) {
        let Self { keys, service_sessions, .. } = self;
        service_sessions.retain(|_, sessions| {
            sessions.retain_mut(|session| {
                session.is_trusted = false;
                keys.contains_key(&*session.key.caller.access_key_id)
            });
            !sessions.is_empty()
        });
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("State")
            .field("users", &self.document.users.len())
            .field("roles", &self.document.roles.len())
            .finish_non_exhaustive()
    }
}
