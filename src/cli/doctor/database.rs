//! Whether the database of the settings can be used from here. Creates and changes nothing.

use std::error::Error as _;

use crate::cli::context;
use crate::config::deployment_check::Finding;
use crate::config::{Settings, StoreKind};
use crate::http::stage::schema::check;
use rocket_accounts_store_sea::Database;

/// Checks the database. Only warns: the doctor may run where the database cannot be reached.
pub(super) fn examine(settings: &Settings) -> anyhow::Result<Option<Finding>> {
    let mut finding = None;
    context::block_on(async {
        finding = look(settings).await;
        Ok(())
    })?;
    Ok(finding)
}

async fn look(settings: &Settings) -> Option<Finding> {
    let store = &settings.store;
    // File and tables are created at the start.
    if store.kind == StoreKind::Sqlite && store.auto_migrate {
        return None;
    }
    let options = store.database_options()?;
    if let Err(error) = Database::try_connection(&options).await {
        let cause = error.source().map(ToString::to_string);
        return Some(unusable(cause.unwrap_or_else(|| error.to_string())));
    }
    let database = Database::connect(&options).await.ok()?;
    let status = database.migration_status().await;
    database.close().await;
    match status {
        Ok(_) if store.auto_migrate => None,
        Ok(status) => check(&status).err().map(|error| {
            Finding::warns("schema_out_of_date", error.to_string())
                .because("the service does not start with it")
                .change("run `rocket-accounts migrate up` with the settings of the service")
        }),
        Err(error) => Some(unusable(error.to_string())),
    }
}

fn unusable(cause: String) -> Finding {
    Finding::warns("database_unreachable", cause)
        .because("without its database the service answers 503")
        .change(
            "correct DATABASE_URL or start the server; if only this machine cannot reach the \
             database, run this where the service runs",
        )
}
