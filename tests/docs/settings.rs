//! Every setting with its default, where settings are listed.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::read;

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
