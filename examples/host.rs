//! A host application that signs its users in with `rocket-accounts`.
//!
//! ```text
//! cargo run -- user create ada      # once; asks for a password
//! cargo run --example host
//! ```
//!
//! Then open <http://localhost:8000/>, or log in with curl (README.md has the commands) and call
//! the routes below.

use rocket::response::content::RawHtml;
use rocket::{get, launch, post, routes};
use rocket_accounts::{Accounts, CurrentUser, MaybeUser};

/// Returns a page that registers, logs in, sends a note and logs out.
#[get("/")]
fn index() -> RawHtml<&'static str> {
    RawHtml(include_str!("host.html"))
}

/// Open to all visitors. `MaybeUser` has no user only if there is no credential; an invalid one is
/// refused.
#[get("/hello")]
fn hello(user: MaybeUser) -> String {
    match user.user() {
        Some(user) => format!("Hello, {}!\n", user.username),
        None => "Hello, visitor!\n".to_owned(),
    }
}

/// Open to users: without a live session the guard fails, and the catcher below answers 401.
#[get("/notes")]
fn list(user: CurrentUser) -> String {
    format!("The notes of {} (user {})\n", user.username, user.id)
}

/// An unsafe method with the same guard, which checks CSRF for requests with a cookie.
#[post("/notes", data = "<text>")]
fn add(user: CurrentUser, text: &str) -> String {
    format!(
        "{} notes {} characters\n",
        user.username,
        text.chars().count()
    )
}

#[launch]
fn rocket() -> _ {
    // Set before Rocket is built, so that its lines and those of rocket-accounts go here.
    tracing_subscriber::fmt()
        .with_env_filter("info,rocket=warn")
        .init();
    rocket::build()
        // Routes below /accounts, the guards, the store: configured by Rocket.toml and ACCOUNTS_*.
        .attach(Accounts::stage())
        // So that a failed guard of our own routes responds with problem details too.
        .register("/", rocket_accounts::catchers())
        .mount("/", routes![index, hello, list, add])
}
