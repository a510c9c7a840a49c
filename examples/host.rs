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

/// A page that registers, logs in, sends a note and logs out.
#[get("/")]
fn index() -> RawHtml<&'static str> {
    RawHtml(include_str!("host.html"))
}

/// For everybody. `MaybeUser` is nobody only if no credential came along; one that is no good is
/// refused.
#[get("/hello")]
fn hello(user: MaybeUser) -> String {
    match user.user() {
        Some(user) => format!("Hello, {}!\n", user.username),
        None => "Hello, whoever you are!\n".to_owned(),
    }
}

/// For users: without a live session the guard fails, and the catcher below answers 401.
#[get("/notes")]
fn list(user: CurrentUser) -> String {
    format!("The notes of {} (user {})\n", user.username, user.id)
}

/// An unsafe method with the same guard: a request with a cookie must have passed the CSRF
/// checks. There is nothing else to do.
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
        // Routes below /accounts, the guards, the store: as Rocket.toml and ACCOUNTS_* say.
        .attach(Accounts::stage())
        // So that a refused guard of a route of ours answers in problem details too.
        .register("/", rocket_accounts::catchers())
        .mount("/", routes![index, hello, list, add])
}
