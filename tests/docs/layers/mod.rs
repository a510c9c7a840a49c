//! The layers of `src/` and `crates/core/src/`: a file names its own layer and lower ones, never a
//! higher one. That the crates are layers, too, is cargo's to hold.
//!
//! Reads the source as the compiler does and looks at every path: those into this crate
//! (`crate::`, `super::`, `self::`, and names that an import gave them) and those into the crates
//! that belong to one layer. What would hide a path is refused itself: another name for the crate
//! root, everything of the root at once, a macro that makes paths of its arguments.

mod scan;
mod tricks;

use std::fs;
use std::path::Path;

use scan::scan;

/// Each module of the crate root and its layer. What is not here is the crate root itself, which
/// re-exports from every layer: no lower layer may name it.
const LAYERS: [(&str, u8); 9] = [
    ("domain", 0),
    ("store", 1),
    ("crypto", 1),
    ("config", 1),
    ("auth", 2),
    ("accounts", 2),
    ("http", 3),
    ("cli", 4),
    ("main", 4),
];
const ROOT: u8 = 4;

/// Crates, and the folders or files that alone may name them.
const HOMES: [(&str, &[&str]); 15] = [
    ("rocket", &["http/", "cli/"]),
    ("rocket_db_pools", &["http/"]),
    ("sea_orm", &[]),
    ("sea_orm_migration", &[]),
    ("sqlx", &[]),
    ("rocket_accounts_migration", &[]),
    ("rocket_accounts_store_sea", &["config/", "http/", "cli/"]),
    ("jsonwebtoken", &[]),
    ("argon2", &["crypto/"]),
    ("getrandom", &[]),
    ("figment", &["config/", "cli/"]),
    ("anyhow", &["cli/"]),
    ("clap", &["cli/"]),
    ("psl", &["config/"]),
    ("ureq", &["cli/"]),
];

/// What layer 0 may import. `secrecy` is a type that does not print itself: see
/// docs/adr/0005-secrecy-in-the-domain.md. `id` is its own macro.
const DOMAIN_IMPORTS: [&str; 10] = [
    "std",
    "rocket_accounts_token",
    "chrono",
    "uuid",
    "serde",
    "thiserror",
    "secrecy",
    "crate",
    "self",
    "super",
];

/// `http/routes/login.rs` as a module path; the tests of `http/body.rs` may be in a file beside it.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    match path.strip_suffix("_tests") {
        Some(path) => path
            .split('/')
            .chain(["tests"])
            .map(str::to_owned)
            .collect(),
        None => path.split('/').map(str::to_owned).collect(),
    }
}

fn layer_of(module: Option<&str>) -> u8 {
    let found = LAYERS.iter().find(|(name, _)| Some(*name) == module);
    found.map_or(ROOT, |(_, layer)| *layer)
}

/// The crates that these two depend on, as source names them.
fn dependencies() -> Vec<String> {
    let manifests = [
        include_str!("../../../Cargo.toml"),
        include_str!("../../../crates/core/Cargo.toml"),
    ];
    let names = manifests.into_iter().flat_map(dependencies_in);
    names.map(|name| name.replace('-', "_")).collect()
}

/// What stands in the section `[dependencies]` of a manifest.
fn dependencies_in(manifest: &str) -> Vec<&str> {
    let (_, section) = manifest.split_once("\n[dependencies]\n").unwrap();
    let section = section.split("\n[").next().unwrap();
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split([' ', '.', '=']).next());
    names.filter(|name| !name.is_empty()).collect()
}

/// What is wrong with a file, named as below `src/`.
fn violations(file: &str, source: &str) -> Vec<String> {
    let module = module_of(file);
    let layer = layer_of(module.first().map(String::as_str));
    let found = match scan(&module, source) {
        Ok(found) => found,
        Err(error) => return vec![format!("{file} cannot be read: {error}")],
    };
    let mut wrong: Vec<_> = found
        .tricks
        .iter()
        .map(|trick| format!("{file} {trick}"))
        .collect();
    let dependencies = dependencies();
    let home_of = |root: &str| HOMES.iter().find(|(name, _)| *name == root);
    let one_crate = found.imports.iter().filter(|path| path.len() == 1);
    let longer = found.paths.iter().chain(&found.imports);
    let longer = longer.filter(|path| path.len() > 1);
    for path in longer.chain(one_crate) {
        let text = path.join("::");
        let root = path[0].as_str();
        if root == "crate" {
            let named = layer_of(path.get(1).map(String::as_str));
            if named > layer {
                wrong.push(format!(
                    "{file} (layer {layer}) names {text} (layer {named})"
                ));
            }
        }
        if let Some((_, homes)) = home_of(root)
            && !homes.iter().any(|home| file.starts_with(home))
        {
            wrong.push(format!("{file} names {text}, which belongs to {homes:?}"));
        }
        let is_status = root == "rocket" && path.iter().any(|word| word == "Status");
        if (is_status || root == "StatusCode") && layer != 3 {
            wrong.push(format!("{file} names {text}: status codes are for http/"));
        }
        let is_foreign = dependencies.iter().any(|name| name == root);
        if layer == 0 && is_foreign && !DOMAIN_IMPORTS.contains(&root) {
            wrong.push(format!("{file} names {text}: layer 0 holds pure values"));
        }
    }
    for path in &found.imports {
        if layer == 0 && !DOMAIN_IMPORTS.contains(&path[0].as_str()) {
            let text = path.join("::");
            wrong.push(format!("{file} imports {text}: layer 0 holds pure values"));
        }
    }
    for path in &found.reexports {
        if path.len() == 1 && home_of(&path[0]).is_some() {
            wrong.push(format!("{file} lends the whole of {} to others", path[0]));
        }
    }
    for path in &found.globs {
        let is_rocket = path[0] == "rocket" && path.get(1).is_none_or(|word| word == "http");
        if is_rocket && layer != 3 {
            let text = path.join("::");
            wrong.push(format!("{file} takes all of {text}, with status codes"));
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
fn no_file_names_a_higher_layer() {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for src in ["src", "crates/core/src"] {
        sources(&root.join(src), "", &mut files);
    }
    for (folder, _) in LAYERS {
        let is_here = |(name, _): &(String, String)| module_of(name)[0] == folder;
        assert!(
            files.iter().any(is_here),
            "there is no module {folder} any more"
        );
    }
    // lib.rs and main.rs wire everything and name what they like; store.rs only passes on.
    files.retain(|(name, _)| name.contains('/') || name == "accounts.rs");
    let unknown = files.iter().find(|(name, _)| {
        let folder = &module_of(name)[0];
        !LAYERS.iter().any(|(known, _)| known == folder)
    });
    assert_eq!(unknown.map(|(name, _)| name), None, "which layer is it on?");
    let wrong: Vec<_> = files
        .iter()
        .flat_map(|(name, text)| violations(name, text))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which of our own crates each one may depend on; cargo sees to it that no source names another.
#[test]
fn the_crates_depend_on_lower_ones_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (folder, own) in [
        ("crates/token", &[][..]),
        ("migration", &[]),
        ("crates/core", &["rocket-accounts-token"]),
        ("crates/contract", &["rocket-accounts-core"]),
        (
            "crates/store-sea",
            &[
                "rocket-accounts-core",
                "rocket-accounts-migration",
                "rocket-accounts-token",
            ],
        ),
        (
            ".",
            &[
                "rocket-accounts-core",
                "rocket-accounts-store-sea",
                "rocket-accounts-token",
            ],
        ),
    ] {
        let manifest = fs::read_to_string(root.join(folder).join("Cargo.toml")).unwrap();
        let named = dependencies_in(&manifest);
        let named: Vec<_> = named
            .into_iter()
            .filter(|name| name.starts_with("rocket-accounts"))
            .collect();
        assert_eq!(named, own, "{folder}");
    }
}
