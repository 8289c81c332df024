//! The account's principals: users with access keys, roles with temporary credentials.
//!
//! What must stay true: a change is saved before it can be used, and a change that cannot be saved does not happen. Looking up
//! an access key never waits for the disk.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::SystemTime;

use alluvium_clock::Clock;
use alluvium_sigv4::{Credentials, SigningKeyCache};

use crate::caller::{Caller, Principal, assumed_role_arn, role_arn, user_arn};
use crate::document::{Document, StoredAccessKey, StoredRole, StoredUser};
use crate::error::IamError;
use crate::file::{IamFile, OpenError};
use crate::issued_key::{IssuedKey, SessionPart, keys_of};
use crate::limits::{
    ACCESS_KEYS_PER_USER_MAX, NAME_CHARS_MAX, ROLE_CREDENTIALS_LIFE, ROLE_CREDENTIALS_RENEWAL, ROLES_MAX,
    USERS_MAX,
};
use crate::principals::{Role, User};
use crate::random;

/// The name of the sessions in which services act as a role.
const SESSION_NAME: &str = "alluvium";

/// The users, roles and access keys of one account. Cheap to clone; clones are the same account.
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

struct State {
    document: Document,
    /// Every key that can sign, by its id: those of users and those of roles' sessions.
    keys: HashMap<String, Arc<IssuedKey>>,
    /// The newest session of each role, by the role's name.
    sessions: HashMap<String, Arc<IssuedKey>>,
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
        let keys = keys_of(&document, &account_id);
        let state = State { document, keys, sessions: HashMap::new() };
        Self(Arc::new(Shared { account_id, clock, file: Mutex::new(file), state: RwLock::new(state) }))
    }

    /// The account, twelve digits.
    pub fn account_id(&self) -> &str {
        &self.0.account_id
    }

    /// The ARN that a role of this name has or would have.
    pub fn role_arn(&self, name: &str) -> String {
        role_arn(&self.0.account_id, name)
    }

    /// Creates a user without access keys.
    pub fn create_user(&self, name: &str) -> Result<User, IamError> {
        check_name(name)?;
        self.change(|document, now_millis| {
            if document.user(name).is_some() {
                return Err(IamError::AlreadyExists { what: "user", name: name.to_owned() });
            }
            check_limit("users", document.users.len(), USERS_MAX)?;
            let user = StoredUser {
                name: name.to_owned(),
                id: random::identifier("AIDA"),
                created_millis: now_millis,
                access_keys: Vec::new(),
            };
            let shown = self.show_user(&user);
            document.users.push(user);
            Ok(shown)
        })
    }

    /// Gives a user a new access key. This is the only time the secret leaves this crate.
    pub fn create_access_key(&self, user_name: &str) -> Result<Credentials, IamError> {
        let credentials = Credentials {
            access_key_id: random::identifier("AKIA"),
            secret_access_key: random::secret_access_key(),
            session_token: None,
        };
        self.add_access_key(user_name, &credentials)?;
        Ok(credentials)
    }

    /// Gives a user an access key that was made elsewhere, such as one from the configuration. A session token is ignored.
    pub fn import_access_key(&self, user_name: &str, credentials: &Credentials) -> Result<(), IamError> {
        let access_key_id = &credentials.access_key_id;
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !(16..=128).contains(&access_key_id.len()) || !access_key_id.bytes().all(word) {
            return Err(IamError::InvalidAccessKeyId { access_key_id: access_key_id.clone() });
        }
        self.add_access_key(user_name, credentials)
    }

    fn add_access_key(&self, user_name: &str, credentials: &Credentials) -> Result<(), IamError> {
        let access_key_id = &credentials.access_key_id;
        self.change(|document, now_millis| {
            if document.has_access_key(access_key_id) {
                return Err(IamError::AlreadyExists { what: "access key", name: access_key_id.clone() });
            }
            let user = document
                .user_mut(user_name)
                .ok_or_else(|| IamError::NotFound { what: "user", name: user_name.to_owned() })?;
            check_limit("access keys of one user", user.access_keys.len(), ACCESS_KEYS_PER_USER_MAX)?;
            user.access_keys.push(StoredAccessKey {
                access_key_id: access_key_id.clone(),
                secret_access_key: credentials.secret_access_key.clone(),
                created_millis: now_millis,
            });
            Ok(())
        })
    }

    /// Takes an access key from its user. Requests signed with it are refused from now on.
    pub fn delete_access_key(&self, access_key_id: &str) -> Result<(), IamError> {
        self.change(|document, _| {
            if !document.has_access_key(access_key_id) {
                return Err(IamError::NotFound { what: "access key", name: access_key_id.to_owned() });
            }
            for user in &mut document.users {
                user.access_keys.retain(|key| key.access_key_id != access_key_id);
            }
            Ok(())
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

    /// Creates a role and returns its ARN.
    pub fn create_role(&self, name: &str) -> Result<String, IamError> {
        check_name(name)?;
        self.change(|document, now_millis| {
            if document.role(name).is_some() {
                return Err(IamError::AlreadyExists { what: "role", name: name.to_owned() });
            }
            check_limit("roles", document.roles.len(), ROLES_MAX)?;
            let id = random::identifier("AROA");
            document.roles.push(StoredRole { name: name.to_owned(), id, created_millis: now_millis });
            Ok(self.role_arn(name))
        })
    }

    /// The role of this ARN.
    pub fn role(&self, arn: &str) -> Option<Role> {
        let name = self.role_name(arn)?;
        self.state().document.role(name).map(|role| self.show_role(role))
    }

    /// All roles, in the order of their creation.
    pub fn roles(&self) -> Vec<Role> {
        self.state().document.roles.iter().map(|role| self.show_role(role)).collect()
    }

    /// Temporary credentials of a role, good for at least a quarter of an hour. They are the same until they have to be
    /// renewed, so asking before every use is cheap and right. They are not kept across restarts.
    pub fn role_credentials(&self, arn: &str) -> Result<Credentials, IamError> {
        let not_found = || IamError::NotFound { what: "role", name: arn.to_owned() };
        let name = self.role_name(arn).ok_or_else(not_found)?;
        let now = self.0.clock.now();
        if let Some(session) = self.state().sessions.get(name)
            && session.lasts_until(now + ROLE_CREDENTIALS_RENEWAL)
        {
            return Ok(session.credentials());
        }
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        let role = state.document.role(name).ok_or_else(not_found)?;
        let session = Arc::new(self.new_session(role, now));
        state.keys.retain(|_, key| key.lasts_until(now));
        state.keys.insert(session.caller.access_key_id.to_string(), Arc::clone(&session));
        state.sessions.insert(name.to_owned(), Arc::clone(&session));
        Ok(session.credentials())
    }

    /// The issued key of this id, expired or not.
    pub(crate) fn issued_key(&self, access_key_id: &str) -> Option<Arc<IssuedKey>> {
        self.state().keys.get(access_key_id).cloned()
    }

    /// The account as a caller, for keys that nobody issued.
    pub(crate) fn account_caller(&self, access_key_id: &str) -> Caller {
        Caller::account(&self.0.account_id, access_key_id)
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.0.clock.now()
    }

    /// Changes a copy of the document, saves it, and only then lets everybody see it.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Document, i64) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        let file: MutexGuard<'_, Option<IamFile>> =
            self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut document = self.state().document.clone();
        let result = change(&mut document, self.0.clock.now_millis())?;
        if let Some(file) = file.as_ref() {
            file.save(&document)?;
        }
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        let mut keys = keys_of(&document, &self.0.account_id);
        for (id, key) in &mut keys {
            if let Some(kept) = state.keys.get(id) {
                *key = Arc::clone(kept);
            }
        }
        keys.extend(state.keys.drain().filter(|(_, key)| key.session.is_some()));
        state.keys = keys;
        state.document = document;
        Ok(result)
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn role_name<'a>(&self, arn: &'a str) -> Option<&'a str> {
        arn.strip_prefix("arn:aws:iam::")?.strip_prefix(&*self.0.account_id)?.strip_prefix(":role/")
    }

    fn new_session(&self, role: &StoredRole, now: SystemTime) -> IssuedKey {
        let account_id = &self.0.account_id;
        IssuedKey {
            caller: Caller {
                arn: assumed_role_arn(account_id, &role.name, SESSION_NAME).into(),
                account_id: Arc::clone(account_id),
                access_key_id: random::identifier("ASIA").into(),
                principal: Principal::AssumedRole {
                    role_name: role.name.as_str().into(),
                    role_id: role.id.as_str().into(),
                    session_name: SESSION_NAME.into(),
                },
            },
            secret_access_key: random::secret_access_key(),
            session: Some(SessionPart {
                token: random::session_token(),
                expires_at: now + ROLE_CREDENTIALS_LIFE,
            }),
            signing_keys: SigningKeyCache::default(),
        }
    }

    fn show_user(&self, user: &StoredUser) -> User {
        User {
            name: user.name.clone(),
            arn: user_arn(&self.0.account_id, &user.name),
            id: user.id.clone(),
            created_millis: user.created_millis,
            access_key_ids: user.access_keys.iter().map(|key| key.access_key_id.clone()).collect(),
        }
    }

    fn show_role(&self, role: &StoredRole) -> Role {
        Role {
            name: role.name.clone(),
            arn: self.role_arn(&role.name),
            id: role.id.clone(),
            created_millis: role.created_millis,
        }
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

/// Names of users and roles: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
fn check_name(name: &str) -> Result<(), IamError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if name.is_empty() || name.len() > NAME_CHARS_MAX || !name.bytes().all(allowed) {
        return Err(IamError::InvalidName { name: name.to_owned() });
    }
    Ok(())
}

fn check_limit(what: &'static str, present: usize, limit: usize) -> Result<(), IamError> {
    if present >= limit { Err(IamError::LimitExceeded { what, limit }) } else { Ok(()) }
}
