//! Replaces a database that is not part of this build.

use sea_orm::DatabaseConnection;

use rocket_accounts_core::store::Result;

use super::unreachable::Unreachable;
use crate::connection_check::ConnectionCheck;
use crate::error::Misconfigured;
use crate::options::DatabaseOptions;
use crate::options::Transport;

pub(super) fn open(
    _: &DatabaseOptions,
    _: &ConnectionCheck,
) -> Result<(DatabaseConnection, DatabaseConnection)> {
    Err(Misconfigured::NotBuiltIn.into())
}

pub(super) fn check(_: &DatabaseOptions) -> Result<Transport, Misconfigured> {
    Err(Misconfigured::NotBuiltIn)
}

pub(super) fn rehearse(_: &DatabaseOptions) -> Result<()> {
    Err(Misconfigured::NotBuiltIn.into())
}

pub(super) fn is_missing(_: &DatabaseOptions) -> Result<bool> {
    Err(Misconfigured::NotBuiltIn.into())
}

pub(super) fn name(_: &DatabaseOptions) -> Result<String> {
    Err(Misconfigured::NotBuiltIn.into())
}

pub(super) fn try_once(
    _: &DatabaseOptions,
) -> impl Future<Output = Result<Result<(), Unreachable>>> {
    std::future::ready(Err(Misconfigured::NotBuiltIn.into()))
}
