//! The floors of `src/`: a file names its own floor and lower ones, never a higher one.
//!
//! Reads the source as tokens, comments and texts left out, and looks at every path: those into
//! this crate (`crate::`, `super::`, `self::`) and those into the crates that belong to one floor.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod scan;

use std::fs;
use std::path::Path;

use scan::{Token, paths, tokens};

/// Each module of the crate root and its floor. What is not here is the crate root itself, which
/// re-exports from every floor: nobody below may name it.
const FLOORS: [(&str, u8); 8] = [
    ("domain", 0),
    ("store", 1),
    ("crypto", 1),
    ("config", 1),
    ("auth", 2),
    ("http", 3),
    ("cli", 4),
    ("main", 4),
];
const ROOT: u8 = 4;

/// Crates, and the folders or files that alone may name them.
const HOMES: [(&str, &[&str]); 14] = [
    ("rocket", &["http/", "cli/"]),
    ("rocket_db_pools", &["http/"]),
    ("sea_orm", &["store/sea/"]),
    ("sea_orm_migration", &[]),
    ("sqlx", &["store/sea/"]),
    ("rocket_accounts_migration", &["store/sea/"]),
    ("jsonwebtoken", &["crypto/"]),
    ("argon2", &["crypto/"]),
    ("getrandom", &["crypto/"]),
    ("figment", &["config/", "cli/"]),
    ("anyhow", &["cli/"]),
    ("clap", &["cli/"]),
    ("psl", &["config/"]),
    ("ureq", &["cli/"]),
];

/// What floor 0 may import. `secrecy` is a type that does not print itself: see
/// docs/adr/0005-secrecy-in-the-domain.md. `id` is its own macro.
const DOMAIN_IMPORTS: [&str; 10] = [
    "std",
    "chrono",
    "uuid",
    "serde",
    "thiserror",
    "secrecy",
    "crate",
    "self",
    "super",
    "id",
];

/// `http/routes/login.rs` as a module path.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

fn floor_of(module: Option<&str>) -> u8 {
    let found = FLOORS.iter().find(|(name, _)| Some(*name) == module);
    found.map_or(ROOT, |(_, floor)| *floor)
}

/// What is wrong with a file, named as below `src/`.
fn violations(file: &str, source: &str) -> Vec<String> {
    let module = module_of(file);
    let floor = floor_of(module.first().map(String::as_str));
    let tokens = tokens(source);
    let mut wrong = Vec::new();
    for path in paths(&module, &tokens) {
        let text = path.join("::");
        let root = path.first().map_or("", String::as_str);
        // `crate` alone is a visibility: `pub(crate)`.
        if root == "crate" && path.len() > 1 {
            let named = floor_of(path.get(1).map(String::as_str));
            if named > floor {
                wrong.push(format!(
                    "{file} (floor {floor}) names {text} (floor {named})"
                ));
            }
        }
        let home = HOMES
            .iter()
            .find(|(name, _)| *name == root && path.len() > 1);
        if let Some((_, homes)) = home
            && !homes.iter().any(|home| file.starts_with(home))
        {
            wrong.push(format!("{file} names {text}, which belongs to {homes:?}"));
        }
        let is_status = root == "rocket" && path.iter().any(|word| word == "Status");
        if (is_status || root == "StatusCode") && floor != 3 {
            wrong.push(format!("{file} names {text}: status codes are for http/"));
        }
    }
    if floor == 0 {
        for pair in tokens.windows(2) {
            if let [Token::Word(word), Token::Word(name)] = pair
                && word == "use"
                && !DOMAIN_IMPORTS.contains(&name.as_str())
            {
                wrong.push(format!("{file} imports {name}: floor 0 holds pure values"));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Every `.rs` file below `src/`, named as below `src/`, with its text.
fn sources(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            sources(&path, &format!("{name}/"), found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn no_file_names_a_higher_floor() {
    let mut files = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&src, "", &mut files);
    for (folder, _) in FLOORS {
        let is_here = |(name, _): &(String, String)| module_of(name)[0] == folder;
        assert!(
            files.iter().any(is_here),
            "there is no module {folder} any more"
        );
    }
    // lib.rs and main.rs wire everything and name what they like.
    files.retain(|(name, _)| name.contains('/'));
    let unknown = files.iter().find(|(name, _)| {
        let folder = &module_of(name)[0];
        !FLOORS.iter().any(|(known, _)| known == folder)
    });
    assert_eq!(unknown.map(|(name, _)| name), None, "which floor is it on?");
    let wrong: Vec<_> = files
        .iter()
        .flat_map(|(name, text)| violations(name, text))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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
            "fn f() -> rocket::http::Status { todo!() }",
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
    ] {
        assert!(!violations(file, bad).is_empty(), "{file}: {bad}");
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
        (
            "store/sea/user.rs",
            "use sea_orm::{EntityTrait, QueryFilter};",
        ),
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
    ] {
        assert_eq!(violations(file, good), Vec::<String>::new(), "{good}");
    }
}
