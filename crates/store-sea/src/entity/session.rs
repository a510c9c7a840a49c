//! The table of sessions.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::micros;
use crate::error::CallError;
use rocket_accounts_core::domain::session::{
    Client, Generation, Revocation, RevocationReason, Session, SessionId,
};
use rocket_accounts_core::domain::user::{CredentialEpoch, UserId};
use rocket_accounts_core::store::Error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts_session")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) credential_epoch: i64,
    pub(crate) generation: i64,
    pub(crate) rotated_at: DateTimeUtc,
    pub(crate) confirmed: bool,
    pub(crate) authenticated_at: DateTimeUtc,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) last_used_at: DateTimeUtc,
    pub(crate) idle_expires_at: DateTimeUtc,
    pub(crate) absolute_expires_at: DateTimeUtc,
    pub(crate) remembered: bool,
    pub(crate) revoked_at: Option<DateTimeUtc>,
    pub(crate) revocation_reason: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) address: Option<String>,
}

/// For the join; the schema has no foreign key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id"
    )]
    User,
}

impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Returns the row as a session.
    pub(crate) fn into_session(self) -> Result<Session, CallError> {
        Ok(Session {
            revocation: revocation(self.revoked_at, self.revocation_reason.as_deref()),
            client: client(self.user_agent.as_deref(), self.address.as_deref())?,
            id: SessionId(self.id),
            user_id: UserId(self.user_id),
            credential_epoch: CredentialEpoch(self.credential_epoch),
            generation: Generation(self.generation),
            rotated_at: self.rotated_at,
            confirmed: self.confirmed,
            authenticated_at: self.authenticated_at,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            idle_expires_at: self.idle_expires_at,
            absolute_expires_at: self.absolute_expires_at,
            remembered: self.remembered,
        })
    }
}

/// Reads a revocation. A session with a time of revocation is over, even if the reason is unknown:
/// the row may have been written by hand or by a newer version.
fn revocation(at: Option<DateTimeUtc>, reason: Option<&str>) -> Option<Revocation> {
    let known = reason.and_then(RevocationReason::from_name);
    let reason = known.unwrap_or(RevocationReason::Other);
    at.map(|at| Revocation { at, reason })
}

fn client(user_agent: Option<&str>, address: Option<&str>) -> Result<Client, CallError> {
    let address = address.map(str::parse).transpose();
    let address = address.map_err(|_| Error::Corrupt { what: "address" })?;
    Ok(Client::new(user_agent, address))
}

impl From<&Session> for ActiveModel {
    fn from(session: &Session) -> Self {
        let revocation = session.revocation;
        let reason = revocation.map(|revocation| revocation.reason.as_str().to_owned());
        let client = &session.client;
        Self {
            id: Set(session.id.0),
            user_id: Set(session.user_id.0),
            credential_epoch: Set(session.credential_epoch.0),
            generation: Set(session.generation.0),
            rotated_at: Set(micros(session.rotated_at)),
            confirmed: Set(session.confirmed),
            authenticated_at: Set(micros(session.authenticated_at)),
            created_at: Set(micros(session.created_at)),
            last_used_at: Set(micros(session.last_used_at)),
            idle_expires_at: Set(micros(session.idle_expires_at)),
            absolute_expires_at: Set(micros(session.absolute_expires_at)),
            remembered: Set(session.remembered),
            revoked_at: Set(revocation.map(|revocation| micros(revocation.at))),
            revocation_reason: Set(reason),
            user_agent: Set(client.user_agent().map(ToOwned::to_owned)),
            address: Set(client.address.map(|address| address.to_string())),
        }
    }
}
