//! The documents against the code, so that neither drifts from the other.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// Key and value of each setting that `config check` prints, in the release profile.
fn in_force(variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let folder = tempfile::TempDir::new().unwrap();
    let run = |arguments: &[&str], variables: &BTreeMap<String, String>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rocket-accounts"));
        command.args(arguments).current_dir(folder.path());
        let output = command.env_clear().envs(variables).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        String::from_utf8(output.stdout).unwrap()
    };
    let key = run(&["key", "generate"], &BTreeMap::new());
    let mut all = variables.clone();
    for (name, value) in [
        ("ROCKET_PROFILE", "release"),
        ("DATABASE_URL", "postgres://localhost/accounts"),
        ("ACCOUNTS_KEYS__ACTIVE", key.trim()),
        ("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example"),
    ] {
        all.insert(name.to_owned(), value.to_owned());
    }
    let printed = run(&["config", "check"], &all);
    let lines = printed.lines().filter(|line| !line.starts_with('#'));
    let entry = |line: &str| {
        let (setting, _source) = line.rsplit_once(" # ").unwrap();
        let (key, value) = setting.split_once(" = ").unwrap();
        let key = key.strip_prefix("accounts.").unwrap();
        (key.to_owned(), value.trim_end().to_owned())
    };
    lines.map(entry).collect()
}

/// Name and value of each variable in `.env.example`, commented out or not.
fn example_variables() -> BTreeMap<String, String> {
    let text = read(".env.example");
    let variable = |line: &str| {
        let (name, value) = line.trim_start_matches('#').split_once('=')?;
        let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        name.chars()
            .all(is_name)
            .then(|| (name.to_owned(), value.to_owned()))
    };
    text.lines().filter_map(variable).collect()
}

fn variable_of(key: &str) -> String {
    match key {
        "database.url" => "DATABASE_URL".to_owned(),
        key => format!("ACCOUNTS_{}", key.replace('.', "__").to_uppercase()),
    }
}

#[test]
fn the_example_environment_has_every_setting_with_its_default() {
    let defaults = in_force(&BTreeMap::new());
    let example = example_variables();
    let known: BTreeSet<_> = defaults.keys().map(|key| variable_of(key)).collect();
    let of_ours = |name: &&String| !name.starts_with("ROCKET_") && *name != "TEST_POSTGRES_URL";
    let listed: BTreeSet<_> = example.keys().filter(of_ours).cloned().collect();
    assert_eq!(listed, known);
    // Set to what the file shows, everything stays as it is.
    let shown = example
        .into_iter()
        .filter(|(name, value)| name.starts_with("ACCOUNTS_") && !value.is_empty());
    assert_eq!(in_force(&shown.collect()), defaults);
}

#[test]
fn the_page_on_configuration_has_every_setting_with_its_default() {
    let defaults = in_force(&BTreeMap::new());
    let page = read("docs/configuration.md");
    let (_, settings) = page.split_once("\n## Settings\n").unwrap();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let key = cells.next()?.trim_end_matches('`').to_owned();
        Some((key, cells.next()?.trim_matches('`').to_owned()))
    };
    let rows: BTreeMap<_, _> = settings.lines().filter_map(row).collect();
    let keys: BTreeSet<_> = rows.keys().collect();
    assert_eq!(keys, defaults.keys().collect::<BTreeSet<_>>());
    let example = example_variables();
    for (key, default) in &rows {
        assert_eq!(Some(default), example.get(&variable_of(key)), "{key}");
    }
}

/// All source text below a folder.
fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// What stands in backquotes.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_that_the_page_on_security_names_exists() {
    let mut text = String::new();
    for folder in ["src", "tests"] {
        sources(&root().join(folder), &mut text);
    }
    let page = read("docs/security.md");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| ")).collect();
    let ids: BTreeSet<_> = rows.iter().filter_map(|row| id(row)).collect();
    for (group, last) in [
        ("TK", 11),
        ("SE", 15),
        ("CK", 5),
        ("XS", 7),
        ("HD", 3),
        ("PW", 8),
    ] {
        for number in 1..=last {
            assert!(
                ids.contains(&format!("{group}{number}")),
                "{group}{number} has no row"
            );
        }
    }
    for (group, last) in [
        ("LG", 6),
        ("RL", 7),
        ("HT", 5),
        ("SC", 4),
        ("BT", 2),
        ("RE", 7),
        ("I", 12),
    ] {
        for number in 1..=last {
            assert!(
                ids.contains(&format!("{group}{number}")),
                "{group}{number} has no row"
            );
        }
    }
    let mut named = 0;
    for row in rows.iter().filter(|row| id(row).is_some()) {
        let held_by = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        assert!(
            quoted(held_by).next().is_some() || held_by.contains("open:"),
            "{row}"
        );
        let is_test = |text: &&str| {
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            text.contains('_') && text.chars().all(is_plain)
        };
        for test in quoted(held_by).filter(is_test) {
            named += 1;
            assert!(
                text.contains(&format!("fn {test}(")),
                "there is no test {test}: {row}"
            );
        }
    }
    assert!(named > 100, "the page names {named} tests");
}

/// The requirement that a row of the table is about.
fn id(row: &str) -> Option<String> {
    let cell = row.strip_prefix("| ")?.split(' ').next()?;
    let is_id = cell.starts_with(|c: char| c.is_ascii_uppercase())
        && cell.ends_with(|c: char| c.is_ascii_digit());
    is_id.then(|| cell.to_owned())
}

#[test]
fn every_error_code_is_on_the_page_on_http() {
    let source = read("src/http/error.rs");
    let (_, answers) = source.split_once("fn answer").unwrap();
    let (answers, _) = answers.split_once("\n    }\n").unwrap();
    let is_code =
        |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let codes: BTreeSet<_> = answers
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(is_code)
        .collect();
    assert!(codes.len() > 15, "{codes:?}");
    let page = read("docs/http-api.md");
    let listed: BTreeSet<_> = page
        .lines()
        .filter(|line| line.starts_with("| 4") || line.starts_with("| 5"))
        .flat_map(quoted)
        .collect();
    for code in &codes {
        assert!(listed.contains(code), "{code} is missing");
    }
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut pages = vec![PathBuf::from("README.md"), PathBuf::from("CHANGELOG.md")];
    for folder in ["docs", "docs/adr"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap();
        let files = entries.map(|entry| Path::new(folder).join(entry.unwrap().file_name()));
        pages.extend(files.filter(|file| file.extension().is_some_and(|e| e == "md")));
    }
    assert!(pages.len() > 10, "{pages:?}");
    for page in pages {
        let text = read(page.to_str().unwrap());
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let path = root().join(page.parent().unwrap()).join(file);
            assert!(path.exists(), "{} links to {target}", page.display());
        }
    }
}
