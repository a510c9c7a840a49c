//! Sources that name a higher layer in some way, each of which must be noticed, and some that do not.

use super::violations;

#[test]
fn an_upward_import_is_found_however_it_is_written() {
    for (file, bad) in [
        ("domain/user.rs", "use crate::store::UserStore;"),
        (
            "store/memory.rs",
            "use crate::{domain::user, auth::Accounts};",
        ),
        ("store/sea/user.rs", "fn f() { crate::http::catchers(); }"),
        ("crypto/token.rs", "use super::super::auth::Error;"),
        ("config/mod.rs", "use super::auth::{self, Error};"),
        (
            "auth/login.rs",
            "use crate::{\n    domain,\n    http::{error::ApiError},\n};",
        ),
        ("http/mod.rs", "mod inner { use super::super::cli::run; }"),
        ("auth/mod.rs", "use crate::Accounts;"),
        ("store/user.rs", "use sea_orm::EntityTrait;"),
        (
            "auth/error.rs",
            "fn f() -> rocket::http::Status { status() }",
        ),
        ("config/keys.rs", "#[rocket::async_trait] impl X for Y {}"),
        ("cli/serve.rs", "use rocket::{http::Status, Rocket};"),
        ("auth/users.rs", "fn f() -> anyhow::Result<()> { Ok(()) }"),
        ("domain/clock.rs", "use tokio::time;"),
        ("cli/key.rs", "use sqlx::query;"),
        (
            "domain/clock.rs",
            "const A: char = '\"'; use crate::auth::X; const B: char = '\"';",
        ),
        ("domain/clock.rs", "fn f() { tokio::task::yield_now(); }"),
        ("auth/login.rs", "fn f(x: &crate::r#http::X) {}"),
        ("auth/login.rs", "fn f() -> impl Into<crate::http::X> {}"),
        ("auth/login.rs", "fn f() { log(\"{}\", crate::http::X); }"),
        (
            "auth/login.rs",
            "fn f() { tracing::info!(x = crate::http::X); }",
        ),
        ("auth/login.rs", "#[derive(crate::http::X)] struct Y;"),
        (
            "auth/login.rs",
            "#[serde(with = \"crate::http::x\")] struct Y;",
        ),
        ("cli/serve.rs", "use rocket::http::Status as Code;"),
    ] {
        expect_found(file, bad);
    }
}

#[track_caller]
fn expect_found(file: &str, bad: &str) {
    let found = violations(file, bad);
    assert!(!found.is_empty(), "{file}: {bad}");
    let unread = found.iter().find(|text| text.contains("cannot be read"));
    assert_eq!(unread, None, "{bad}");
}

/// Each is a way to write `crate::http` without these words next to each other.
#[test]
fn a_trick_that_hides_an_upward_import_is_found() {
    for (file, bad) in [
        ("auth/login.rs", "use crate as root; use root::http::X;"),
        (
            "auth/login.rs",
            "use crate as root; fn f(x: root::http::X) {}",
        ),
        (
            "auth/login.rs",
            "use crate::{self as root}; use root::http;",
        ),
        ("auth/login.rs", "use {crate as root};"),
        ("auth/login.rs", "pub use crate as root;"),
        ("auth/login.rs", "pub(crate) use crate as root;"),
        (
            "auth/login.rs",
            "extern crate self as root; use root::http;",
        ),
        ("auth/login.rs", "use super::super as root; use root::http;"),
        (
            "auth/mod.rs",
            "use super as root; fn f() { root::http::x(); }",
        ),
        ("auth/mod.rs", "use super::{self as root};"),
        ("auth/login.rs", "use crate::*; fn f() { http::x(); }"),
        ("auth/login.rs", "use super::super::*;"),
        ("auth/mod.rs", "use super::*;"),
        (
            "auth/login.rs",
            "mod a { use super::super::super as root; }",
        ),
        ("auth/login.rs", "mod a { pub use super::super::super::*; }"),
        (
            "auth/login.rs",
            "fn f() { use crate as root; root::http::x(); }",
        ),
        ("auth/body_tests.rs", "use super::super::super as root;"),
        (
            "auth/login.rs",
            "macro_rules! x { () => { $crate::http::x() }; }",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { ($m:ident) => { $crate::$m::x() }; }",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { ($m:ident) => { crate::$m::x() }; } x!(http);",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { ($r:ident) => { use $r::http::x; }; } x!(crate);",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { () => { use crate as root; }; } x!();",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { () => { use crate::{self as root}; }; }",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { () => { use crate::*; }; }",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { () => { use crate::{domain, http::X}; }; }",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { () => { use super::super::http; }; }",
        ),
        ("auth/login.rs", "include!(\"../http/body.rs\");"),
        ("auth/login.rs", "#[path = \"../http/body.rs\"] mod body;"),
        // The same with crates that belong to a layer.
        (
            "auth/login.rs",
            "use rocket as web; fn f(x: web::Request) {}",
        ),
        ("auth/login.rs", "use {rocket};"),
        ("auth/login.rs", "extern crate rocket as web;"),
        ("auth/login.rs", "use ::rocket::Request;"),
        ("auth/login.rs", "fn f(x: ::rocket::Request) {}"),
        ("auth/login.rs", "use r#rocket::Request;"),
        ("crypto/password.rs", "pub use argon2;"),
        ("crypto/password.rs", "pub(crate) use argon2 as hash;"),
        ("crypto/password.rs", "pub extern crate argon2;"),
        (
            "cli/serve.rs",
            "use rocket::http as h; fn f(x: h::Status) {}",
        ),
        (
            "cli/serve.rs",
            "use rocket as r; fn f(x: r::http::Status) {}",
        ),
        ("cli/serve.rs", "use rocket::http::*; fn f(x: Status) {}"),
    ] {
        expect_found(file, bad);
    }
}

#[test]
fn what_is_allowed_is_not_found() {
    for (file, good) in [
        (
            "auth/login.rs",
            "use crate::{domain::user::User, store::Error, config};",
        ),
        (
            "auth/login.rs",
            "/// See [`crate::http::catchers`].\n// use crate::http;\nfn f() {}",
        ),
        (
            "auth/login.rs",
            "const A: &str = \"crate::http::x\"; const B: &str = r#\"crate::cli::y\"#;",
        ),
        (
            "auth/login.rs",
            "/* use crate::http; */ pub(crate) fn f<'a>(x: &'a str) {}",
        ),
        (
            "config/cookie.rs",
            "mod tests { use super::*; use super::super::reader::Reader; }",
        ),
        ("config/mod.rs", "mod tests { use super::Settings; }"),
        ("crypto/password/argon.rs", "use argon2::{Argon2, Params};"),
        (
            "http/routes/login.rs",
            "use super::super::body::JsonBody; use rocket::http::Status;",
        ),
        (
            "cli/mod.rs",
            "use crate::http::catchers; use super::auth::Accounts;",
        ),
        (
            "domain/user.rs",
            "use std::fmt; use secrecy::SecretString; use super::id;",
        ),
        (
            "http/body_tests.rs",
            "use super::*; use super::super::body::X;",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { ($a:ty) => { pub(crate) struct X($a); impl X { fn f(self) {} } }; }",
        ),
        (
            "auth/login.rs",
            "macro_rules! x { () => { $crate::store::x(); super::Error::new() }; }",
        ),
        (
            "auth/login.rs",
            "use crate::store as kept; use super as here;",
        ),
        ("cli/serve.rs", "use rocket as r; fn f(x: r::Rocket) {}"),
        ("cli/run.rs", "fn f(rocket: u8) -> u8 { rocket }"),
    ] {
        assert_eq!(violations(file, good), Vec::<String>::new(), "{good}");
    }
}
