//! Sign-in for browser front ends on your own domain.
//!
//! A front end posts a username and a password once. From then on the browser has an access token
//! and a refresh token in cookies that no script can read. Sessions are in a store and can be ended
//! at once; refresh tokens rotate, and one that is used by two parties ends its session; requests
//! forged by other sites are refused.
//!
//! This crate is a service, the binary `rocket-accounts`, and the library it is made of. A Rocket
//! application attaches it with one line and uses guards in its routes:
//!
//! ```no_run
//! use rocket::{get, launch, routes};
//! use rocket_accounts::{Accounts, CurrentUser};
//!
//! #[get("/hello")]
//! fn hello(user: CurrentUser) -> String {
//!     format!("Hello, {}!", user.username)
//! }
//!
//! #[launch]
//! fn rocket() -> _ {
//!     rocket::build()
//!         .attach(Accounts::stage())
//!         .register("/", rocket_accounts::catchers())
//!         .mount("/", routes![hello])
//! }
//! ```
//!
//! | to | see |
//! |---|---|
//! | protect a route | [`CurrentUser`], [`MaybeUser`], [`Fresh`], [`AccessClaims`] |
//! | use your own parts: a store, users, a clock | [`Accounts::builder`] |
//! | create or disable users from your own code | [`Accounts`], as managed state |
//! | get JSON errors of failed guards on your own paths | [`catchers`] |
//! | configure | [`config`], `docs/configuration.md` |
//! | keep users in a database of your own | [`store::UserStore`], and the contract suite `rocket-accounts-contract` |
//!
//! # Crates
//! | crate | contains |
//! |---|---|
//! | `rocket-accounts-token` | tokens and keys: for services that only verify |
//! | `rocket-accounts-core` | users, sessions and the use cases, without HTTP: [`auth`], [`crypto`], [`domain`] and the ports of [`store`] |
//! | `rocket-accounts-store-sea` | the stores in Postgres and SQLite: `store::sea` |
//! | `rocket-accounts-contract` | the test suite for stores |
//! | this one | Rocket: [`config`], [`http`], and the commands of the binary |
//!
//! # Feature flags
//! `server` (default) is the binary, with everything below. A host application uses
//! `default-features = false` and what it needs of `postgres`, `sqlite`, `openapi`, `metrics` and
//! `import-django`. `fuzzing` adds the module [`http`]`::fuzzing`, the entry points to the parsers
//! for fuzzing.

mod accounts;
#[cfg(feature = "server")]
pub mod cli;
pub mod config;
pub mod http;
pub mod store;

pub use accounts::{Accounts, FromSettingsError};
pub use http::guard::{AccessClaims, CurrentUser, Fresh, MaybeUser};
pub use http::{ApiError, Builder, Rejection, catchers};
pub use rocket_accounts_core::{auth, crypto, domain};
