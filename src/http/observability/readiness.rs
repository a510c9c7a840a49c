//! Readiness: whether this replica should receive requests. A new check is a variant of [`Unready`]
//! and a line in `check`.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use rocket::Shutdown;

use crate::accounts::Accounts;
use crate::http::app_state::AppState;
use crate::http::response::Unready;
use crate::store::Database;
use rocket_accounts_core::auth::causes;

/// Longest time for all checks: a probe that fails is more useful than one that hangs.
const DEADLINE: Duration = Duration::from_secs(1);

/// Checks that requests can be answered; fails with the first part that is not ready.
pub(in crate::http) async fn check(app: &AppState, shutdown: Shutdown) -> Result<(), Unready> {
    if has_begun(shutdown) {
        return Err(Unready::Stopping);
    }
    let checks = async {
        if let Some(database) = &app.database {
            check_schema(database).await?;
        }
        check_store(&app.accounts).await?;
        check_keys(&app.accounts).await
    };
    let in_time = tokio::time::timeout(DEADLINE, checks).await;
    in_time.unwrap_or(Err(Unready::Store))
}

/// Polls once, without waiting.
fn has_begun(mut shutdown: Shutdown) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    Pin::new(&mut shutdown).poll(&mut context).is_ready()
}

/// Checks the schema. A newer schema is accepted: during a roll-out the old replicas go on serving
/// after the new version has migrated.
async fn check_schema(database: &Database) -> Result<(), Unready> {
    match database.migration_status().await {
        Ok(status) if status.is_current() => Ok(()),
        Ok(_) => Err(Unready::Schema),
        Err(error) => Err(store_trouble(&error)),
    }
}

async fn check_store(accounts: &Accounts) -> Result<(), Unready> {
    let reached = accounts.check_store().await;
    reached.map_err(|error| store_trouble(&error))
}

/// Checks the keys. A replica with other keys would refuse what the others sign.
async fn check_keys(accounts: &Accounts) -> Result<(), Unready> {
    match accounts.keys_are_shared().await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Unready::Keys),
        Err(error) => Err(store_trouble(&error)),
    }
}

fn store_trouble(error: &dyn std::error::Error) -> Unready {
    tracing::warn!(cause = %causes(error), "not ready: cannot read the store");
    Unready::Store
}
