//! The steps over users and sessions: one query, one transaction, or one deadline.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;

use super::session_rows as sessions;
use super::user as users;
use crate::SeaStore;
use crate::entity::{session, user};
use rocket_accounts_core::domain::session::{RevocationReason, Session, SessionId, SessionPolicy};
use rocket_accounts_core::domain::user::{User, UserId};
use rocket_accounts_core::store::cache::Changed;
use rocket_accounts_core::store::refresh::refresh_by_steps;
use rocket_accounts_core::store::{
    AccountStore, Admission, Displaced, NewUser, PasswordChange, PasswordChanged, Presented,
    Refreshed, Result,
};

#[async_trait]
impl AccountStore for SeaStore {
    async fn find_session_with_user(&self, id: SessionId) -> Result<Option<(Session, User)>> {
        let find = session::Entity::find_by_id(id.0).find_also_related(user::Entity);
        let call = async {
            let Some((session, Some(user))) = find.one(self.database.reader()).await? else {
                return Ok(None);
            };
            Ok(Some((session.into_session()?, user.into_user()?)))
        };
        let ticket = self.cache.as_ref().map(|cache| cache.ticket());
        let found = self.database.call(call).await?;
        if let (Some(cache), Some(ticket), Some((session, user))) = (&self.cache, ticket, &found) {
            cache.keep(ticket, session, user);
        }
        Ok(found)
    }

    fn cached_session(&self, id: SessionId) -> Option<(Session, User)> {
        self.cache.as_ref()?.cached_session(id)
    }

    async fn insert_user_with_session(
        &self,
        user: NewUser,
        session: &Session,
        admission: Admission,
    ) -> Result<(User, Displaced)> {
        let call = async {
            let transaction = self.database.begin().await?;
            let user = users::insert(&transaction, user).await?;
            let displaced = sessions::admit(&transaction, session, admission).await?;
            transaction.commit().await?;
            Ok((user, displaced))
        };
        self.admitting(session, admission, call).await
    }

    /// Runs in steps, each of them a compare-and-set, under one deadline.
    async fn refresh(
        &self,
        presented: Presented,
        policy: &SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Refreshed> {
        let call = async { Ok(refresh_by_steps(self, presented, policy, now).await?) };
        self.database.call(call).await
    }

    async fn open_session(
        &self,
        session: &Session,
        admission: Admission,
    ) -> Result<Option<Displaced>> {
        let call = async {
            let transaction = self.database.begin_for(session.user_id).await?;
            let user = users::find_to_stay(&transaction, session.user_id).await?;
            if user.is_none_or(|user| !session.is_of(&user)) {
                return Ok(None);
            }
            let displaced = sessions::admit(&transaction, session, admission).await?;
            transaction.commit().await?;
            Ok(Some(displaced))
        };
        self.admitting(session, admission, call).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<PasswordChanged> {
        let PasswordChange { user_id, now, .. } = change;
        let call = async {
            let transaction = self.database.begin_for(user_id).await?;
            let expected = change.expected;
            let epoch =
                users::set_password(&transaction, user_id, expected, &change.hash, now).await?;
            let Some(epoch) = epoch else {
                return Ok(PasswordChanged::Stale);
            };
            let mut opened = None;
            if let Some(successor) = change.successor {
                let (old, reason) = (successor.replaces, RevocationReason::Superseded);
                if !sessions::revoke(&transaction, old, reason, now).await? {
                    // Dropping the transaction rolls the new password back.
                    return Ok(PasswordChanged::SessionOver);
                }
                opened = Some(Session {
                    credential_epoch: epoch,
                    ..successor.session
                });
            }
            let reason = RevocationReason::PasswordChanged;
            sessions::revoke_for_user(&transaction, user_id, None, reason, now).await?;
            if let Some(session) = &opened {
                sessions::insert(&transaction, session).await?;
            }
            transaction.commit().await?;
            Ok(PasswordChanged::Done { session: opened })
        };
        self.change(Changed::User(user_id), call).await
    }

    async fn disable_user(&self, id: UserId, now: DateTime<Utc>) -> Result<Option<User>> {
        let call = async {
            let transaction = self.database.begin_for(id).await?;
            let user = users::set_active(&transaction, id, false, now).await?;
            if user.is_some() {
                let reason = RevocationReason::UserDisabled;
                sessions::revoke_for_user(&transaction, id, None, reason, now).await?;
            }
            transaction.commit().await?;
            Ok(user)
        };
        self.change(Changed::User(id), call).await
    }

    async fn delete_account(&self, id: UserId) -> Result<bool> {
        let call = async {
            let transaction = self.database.begin_for(id).await?;
            let deleted = users::delete(&transaction, id).await?;
            sessions::delete_for_user(&transaction, id).await?;
            transaction.commit().await?;
            Ok(deleted)
        };
        self.change(Changed::User(id), call).await
    }
}
