//! A host application that keeps its users itself, and receives their security events.
//!
//! ```text
//! cargo run --example own_users
//! curl -c jar --json '{"username": "ada", "password": "correct horse battery staple"}' \
//!   http://localhost:8000/accounts/auth/register/
//! curl -b jar http://localhost:8000/audit
//! curl -b jar -H "X-CSRFToken: $(awk '/csrftoken/ {print $7}' jar)" -d 'Onwards!' \
//!   http://localhost:8000/motto
//! ```
//!
//! `members.rs` is the user store, `audit.rs` the sink of events. Sessions stay in the configured
//! store, with `cargo run` a SQLite file; they need not be in the same database as the users. The
//! members of this example are lost when the process ends, and their sessions with them.

mod audit;
pub(crate) mod members;

use rocket::http::Status;
use rocket::{Build, Rocket, State, get, launch, post, routes};
use rocket_accounts::{Accounts, Builder, CurrentUser, Fresh, MaybeUser};

use audit::Audit;
use members::Members;

/// Open to all visitors.
#[get("/")]
fn index(user: MaybeUser, members: &State<Members>) -> String {
    let Some(user) = user.into_user() else {
        return "Hello, visitor!\n".to_owned();
    };
    let motto = members.motto(user.id).unwrap_or_default();
    format!("Hello, {}! Your motto: {motto}\n", user.username)
}

/// An unsafe method that changes the host's own data. The guard does the CSRF checks.
#[post("/motto", data = "<text>")]
fn set_motto(user: CurrentUser, members: &State<Members>, text: &str) -> Option<&'static str> {
    // The member may have been deleted since the guard ran.
    members.set_motto(user.id, text)?;
    Some("Noted.\n")
}

/// Returns the events of the user's own account.
#[get("/audit")]
async fn trail(user: CurrentUser, audit: &State<Audit>) -> Result<String, Status> {
    let events = audit.of(user.id).await.ok_or(Status::ServiceUnavailable)?;
    let lines = events.iter().map(|event| {
        let (name, sentence) = event.kind.describe();
        let from = event.address.map(|address| format!(" from {address}"));
        let from = from.unwrap_or_default();
        format!("{} {name}: {sentence}{from}\n", event.at.to_rfc3339())
    });
    Ok(lines.collect())
}

/// Exports the stored data of a member, which requires a password confirmation in the last five
/// minutes. Otherwise the response is 403 `reauthentication_required`, until the front end posts to
/// `auth/reauthenticate/`.
#[get("/export")]
fn export(user: Fresh<300>, members: &State<Members>) -> String {
    let motto = members.motto(user.id).unwrap_or_default();
    format!(
        "username: {}\nname: {} {}\nmember since: {}\nmotto: {motto}\n",
        user.username,
        user.first_name,
        user.last_name,
        user.created_at.to_rfc3339()
    )
}

/// Builds the application. A test passes a builder with its own clock.
pub(crate) fn host(rocket: Rocket<Build>, accounts: Builder) -> Rocket<Build> {
    let (members, audit) = (Members::default(), Audit::start());
    let accounts = accounts
        .user_store(members.clone())
        .event_sink(audit.clone());
    rocket
        // The same table and trail, for the routes.
        .manage(members)
        .manage(audit)
        .attach(accounts.stage())
        .register("/", rocket_accounts::catchers())
        .mount("/", routes![index, set_motto, trail, export])
}

#[launch]
fn rocket() -> _ {
    tracing_subscriber::fmt()
        .with_env_filter("info,rocket=warn")
        .init();
    host(rocket::build(), Accounts::builder())
}
