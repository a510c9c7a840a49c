//! The connection to the database.

use super::{Deployment, Finding, Rule};
use rocket_accounts_store_sea::{Transport, check_database};

pub(super) const RULES: &[Rule] = &[insecure_connection];

/// Warns of `database.allow_insecure_connection`.
fn insecure_connection(deployment: &Deployment<'_>) -> Option<Finding> {
    let options = deployment.settings.store.database_options()?;
    let Ok(Transport::Unverified(place)) = check_database(&options) else {
        return None;
    };
    let what = format!(
        "the connection to the database at {place} is not verified: an attacker on the network path \
         can obtain the password, and read and change every account"
    );
    let finding = Finding::warns("insecure_database_connection", what)
        .because("without sslmode=verify-full the server need not prove its identity, nor use TLS at all")
        .change(
            "write sslmode=verify-full in DATABASE_URL, with sslrootcert for a private authority, and \
             take accounts.database.allow_insecure_connection out",
        );
    Some(finding)
}
