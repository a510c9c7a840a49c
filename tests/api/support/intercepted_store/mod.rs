//! The memory store with something in its way: what a test wants to happen between two steps, or to be
//! remembered.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use rocket_accounts::domain::credentials::PasswordHash;
use rocket_accounts::domain::revocation::RevocationReason;
use rocket_accounts::domain::session::{Session, SessionId};
use rocket_accounts::domain::user::{Account, User, UserId};
use rocket_accounts::store::memory::MemoryStore;
use rocket_accounts::store::{
    AccountStore, Admission, Displaced, Error, PasswordChange, PasswordChanged, Result,
    SessionStore, UserStore,
};

mod sessions;
mod users;

/// A store that keeps everything in memory, and does what its fields say.
#[derive(Debug, Clone, Default)]
pub struct InterceptedStore {
    pub store: Arc<MemoryStore>,
    /// The cached session, whatever the identifier.
    pub cached: Arc<Mutex<Option<(Session, User)>>>,
    /// How often it was asked for a session.
    pub asked: Arc<AtomicU32>,
    /// The change to be made right after a step, once.
    pub concurrent_change: Arc<Mutex<Option<(Step, ConcurrentChange)>>>,
    /// How many milliseconds each call takes.
    pub delay: Arc<AtomicU64>,
    is_broken: Arc<AtomicBool>,
}

/// A step of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The account was read.
    Account,
    /// The password was set.
    Password,
}

/// A change by another request or an operator.
#[derive(Debug, Clone)]
pub enum ConcurrentChange {
    /// Sets the password.
    SetPassword(PasswordHash),
    /// Logs this session out.
    LogOut(SessionId),
    /// Deletes the account.
    Delete,
}

impl InterceptedStore {
    pub async fn delayed(&self) -> &MemoryStore {
        let delay = self.delay.load(Ordering::Relaxed);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        &self.store
    }

    /// From now on accounts and sessions cannot be looked up.
    pub fn fail(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(Error::unavailable("out of order"));
        }
        Ok(())
    }

    /// Makes the change right after the next step of that kind.
    pub fn change_after(&self, after: Step, what: ConcurrentChange) {
        *self.concurrent_change.lock().unwrap() = Some((after, what));
    }

    /// Whether it has been done.
    pub fn change_was_made(&self) -> bool {
        self.concurrent_change.lock().unwrap().is_none()
    }

    pub(super) async fn concurrent_change(&self, step: Step, id: UserId) -> Result<()> {
        let is_next = |(after, _): &mut (Step, ConcurrentChange)| *after == step;
        let next = self.concurrent_change.lock().unwrap().take_if(is_next);
        let now = DateTime::UNIX_EPOCH;
        let done = match next {
            None => true,
            Some((_, ConcurrentChange::SetPassword(hash))) => {
                let set = self.store.set_password(id, None, &hash, now);
                set.await?.is_some()
            }
            Some((_, ConcurrentChange::LogOut(session))) => {
                let revoke = self.store.revoke(session, RevocationReason::Logout, now);
                revoke.await?
            }
            Some((_, ConcurrentChange::Delete)) => self.store.delete_account(id).await?,
        };
        assert!(done, "nothing was to be done");
        Ok(())
    }

    pub(super) async fn after_reading(&self, found: Option<Account>) -> Result<Option<Account>> {
        if let Some(account) = &found {
            self.concurrent_change(Step::Account, account.user.id)
                .await?;
        }
        Ok(found)
    }
}

#[rocket::async_trait]
impl AccountStore for InterceptedStore {
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.check()?;
        self.delayed().await.find_session_with_user(id).await
    }

    async fn open_session(
        &self,
        session: &Session,
        admission: Admission,
    ) -> Result<Option<Displaced>> {
        self.delayed().await.open_session(session, admission).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<PasswordChanged> {
        self.delayed().await.change_password(change).await
    }

    fn cached_session(&self, _: SessionId) -> Option<(Session, User)> {
        self.cached.lock().unwrap().clone()
    }
}
