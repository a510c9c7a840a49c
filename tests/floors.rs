//! The floors of `src/`: a file names its own floor and lower ones, never a higher one.
//!
//! Reads the source as tokens, comments and texts left out, and looks at every path: those into
//! this crate (`crate::`, `super::`, `self::`) and those into the crates that belong to one floor.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

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
const HOMES: [(&str, &[&str]); 12] = [
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

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `::`
    Colons,
    Sign(char),
}

/// The tokens of a Rust source, without comments, texts, characters and lifetimes.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let start = i;
        match (at(i), at(i + 1)) {
            ('/', '/') => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            ('/', '*') => {
                i += 2;
                while i < chars.len() && !(at(i - 1) == '*' && at(i) == '/') {
                    i += 1;
                }
                i += 1;
            }
            ('r', '"' | '#') if at(i + 1) == '"' || at(i + 2) == '"' => {
                let close: String = match at(i + 1) {
                    '#' => "\"#".into(),
                    _ => "\"".into(),
                };
                let body = i + 2 + close.len() - 1;
                let rest: String = chars.iter().skip(body).collect();
                let length = rest.find(&close).unwrap_or(rest.len());
                i = body + rest[..length].chars().count() + close.len();
            }
            ('"', _) => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
            }
            ('\'', '\\') => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            ('\'', _) => i += 1,
            (':', ':') => {
                found.push(Token::Colons);
                i += 2;
            }
            (c, _) if is_word(c) => {
                while is_word(at(i)) {
                    i += 1;
                }
                found.push(Token::Word(chars[start..i].iter().collect()));
            }
            (c, _) => {
                if !c.is_whitespace() {
                    found.push(Token::Sign(c));
                }
                i += 1;
            }
        }
    }
    found
}

/// Every path of a source file, absolute where it leads into this crate.
struct Paths<'a> {
    tokens: &'a [Token],
    next: usize,
    found: Vec<Vec<String>>,
}

impl Paths<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.tokens.get(at) == Some(&Token::Sign(sign))
    }

    /// Reads the path that starts here, and all that a `{..}` at its end unfolds to.
    fn read(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        while let Some(word) = self.word(self.next) {
            path.push(word.to_owned());
            self.next += 1;
            if self.tokens.get(self.next) != Some(&Token::Colons) {
                break;
            }
            self.next += 1;
            if self.is_sign(self.next, '{') {
                self.next += 1;
                while self.next < self.tokens.len() && !self.is_sign(self.next, '}') {
                    match self.word(self.next) {
                        Some(_) => self.read(&path),
                        None => self.next += 1,
                    }
                }
                self.next += 1;
                return;
            }
        }
        self.found.push(path);
    }
}

/// The paths of a file of module `module` (`["http", "routes", "login"]`).
fn paths(module: &[String], tokens: &[Token]) -> Vec<Vec<String>> {
    let mut reader = Paths {
        tokens,
        next: 0,
        found: Vec::new(),
    };
    // The name of each `mod name {` that is open, and nothing for any other brace.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut all = Vec::new();
    while reader.next < tokens.len() {
        let here = reader.next;
        if reader.is_sign(here, '{') {
            let name = reader.word(here.wrapping_sub(1)).map(str::to_owned);
            let is_module = reader.word(here.wrapping_sub(2)) == Some("mod");
            open.push(name.filter(|_| is_module));
        } else if reader.is_sign(here, '}') {
            open.pop();
        }
        if reader.word(here).is_none() {
            reader.next += 1;
            continue;
        }
        reader.read(&[]);
        let module: Vec<_> = module
            .iter()
            .chain(open.iter().flatten())
            .cloned()
            .collect();
        all.extend(reader.found.drain(..).map(|path| absolute(&module, path)));
    }
    all
}

fn absolute(module: &[String], path: Vec<String>) -> Vec<String> {
    let relative = path
        .iter()
        .take_while(|word| *word == "super" || *word == "self");
    let relative = relative.count();
    if relative == 0 {
        return path;
    }
    let ups = path.iter().filter(|word| *word == "super").count();
    let kept = module.len().saturating_sub(ups);
    let module = module.iter().take(kept);
    let rest = path.iter().skip(relative);
    std::iter::once(&"crate".to_owned())
        .chain(module)
        .chain(rest)
        .cloned()
        .collect()
}

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
