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
//! | keep users in a database of your own | [`store::UserStore`], and the contract suite under feature `contract` |
//!
//! # Layers
//! A module uses its own layer and lower ones, never a higher one; `tests/docs/layers` checks that.
//!
//! | layer | module | contains |
//! |---|---|---|
//! | 0 | [`domain`] | values and decisions, without a database, a clock or HTTP |
//! | 1 | [`store`], [`crypto`], [`config`], `files` | stores, cryptography, configuration, file operations |
//! | 2 | [`auth`] | the use cases, one a file |
//! | 3 | [`http`] | the only layer that knows Rocket: guards, routes, cookies, status codes |
//! | 4 | [`cli`] | the commands of the binary |
//!
//! # Feature flags
//! `contract`: [`store`] gets the module `contract`, the test suite that every store must pass, and
//! [`http`] the module `fuzzing`, the entry points to the parsers for fuzzing.

pub mod auth;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
mod files;
pub mod http;
pub mod store;

pub use auth::Accounts;
pub use http::guard::{AccessClaims, CurrentUser, Fresh, MaybeUser};
pub use http::{ApiError, Builder, Rejection, catchers};
