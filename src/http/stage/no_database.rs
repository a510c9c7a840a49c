//! In place of the database, in a build without one.

use rocket::{Build, Rocket};

use super::Builder;
use crate::config::{Settings, StoreSettings};

/// This build has no database.
#[derive(Debug, thiserror::Error)]
#[error(
    "accounts.store is \"{0}\", and this program was built without it: turn on the feature `{0}` of \
     rocket-accounts, or give the stage a store of your own"
)]
pub(super) struct NotBuiltIn(&'static str);

pub(super) fn check(settings: &StoreSettings) -> Result<(), NotBuiltIn> {
    Err(NotBuiltIn(settings.kind.as_str()))
}

pub(super) fn log_error(error: &NotBuiltIn) {
    tracing::error!("cannot start: {error}");
}

/// Returns the Rocket as it is: [`check`] has refused it before.
pub(super) fn attach(rocket: Rocket<Build>, _: Settings, _: Builder) -> Rocket<Build> {
    rocket
}
