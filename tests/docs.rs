//! The documents against the code, so that neither drifts from the other.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "docs/cases.rs"]
mod cases;
#[path = "docs/links.rs"]
mod links;
#[path = "docs/operations.rs"]
mod operations;

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

/// What stands in backquotes.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_that_the_page_on_security_names_exists() {
    let page = read("docs/security.md");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| ")).collect();
    let ids: BTreeSet<_> = rows.iter().filter_map(|row| id(row)).collect();
    for (group, last) in [
        ("TK", 11),
        ("SE", 17),
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
        ("RL", 8),
        ("HT", 5),
        ("SC", 5),
        ("CA", 1),
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
    let cases = cases::all(&root());
    let mut named = 0;
    for row in rows.iter().filter(|row| id(row).is_some()) {
        let held_by = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let (tests, wrong) = holders(held_by, &cases);
        assert_eq!(wrong, Vec::<&str>::new(), "neither tests nor files: {row}");
        assert!(tests > 0 || held_by.contains("`.ci/run`"), "{row}");
        named += tests;
    }
    assert!(named > 100, "the page names {named} tests");
}

/// Words in the last column that look like the name of a test and are none.
const WORDS: [&str; 3] = ["fsync", "psl", "synchronous"];

/// How many tests a text names, and what it names that is not there.
fn holders<'t>(held_by: &'t str, cases: &BTreeSet<String>) -> (usize, Vec<&'t str>) {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_file = |word: &str| {
        let extension = Path::new(word).extension();
        extension.is_some_and(|found| found == "toml" || found == "lock")
    };
    let (mut tests, mut wrong) = (0, Vec::new());
    for word in quoted(held_by) {
        if cases.contains(word) {
            tests += 1;
        } else if word.chars().all(is_plain) {
            wrong.extend(Some(word).filter(|word| !WORDS.contains(word)));
        } else if word.contains('/') || is_file(word) {
            let is_there = root().join(word).exists() || root().join("src").join(word).exists();
            wrong.extend(Some(word).filter(|_| !is_there));
        }
    }
    (tests, wrong)
}

#[test]
fn a_holder_that_is_no_test_is_noticed() {
    let cases = BTreeSet::from(["a_test".to_owned()]);
    assert_eq!(holders("`a_test`, `clippy.toml`", &cases), (1, vec![]));
    assert_eq!(holders("the crate `psl`", &cases), (0, vec![]));
    for wrong in ["a_helper", "nothing", "tests/nowhere", "no.toml"] {
        let text = format!("`a_test`, `{wrong}`");
        assert_eq!(holders(&text, &cases), (1, vec![wrong]));
    }
    assert_eq!(holders("", &cases), (0, vec![]));
}

/// The requirement that a row of the table is about.
fn id(row: &str) -> Option<String> {
    let cell = row.strip_prefix("| ")?.split(' ').next()?;
    let is_id = cell.starts_with(|c: char| c.is_ascii_uppercase())
        && cell.ends_with(|c: char| c.is_ascii_digit());
    is_id.then(|| cell.to_owned())
}

/// Status and code of every refusal, from the table in the source.
fn answers() -> BTreeSet<(u16, String)> {
    let source = syn::parse_file(&read("src/http/response/error.rs")).unwrap();
    let mut arms = Arms(BTreeSet::new());
    syn::visit::Visit::visit_file(&mut arms, &source);
    assert!(arms.0.len() > 15, "{:?}", arms.0);
    arms.0
}

/// The arms of `answer`: a pair of a status and a text each.
struct Arms(BTreeSet<(u16, String)>);

impl<'ast> syn::visit::Visit<'ast> for Arms {
    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let syn::Expr::Tuple(pair) = &*arm.body else {
            return;
        };
        // What a host application refuses has a status and a code of its own.
        let is_of_host = |pattern: &syn::PatStruct| {
            let last = pattern.path.segments.last();
            last.is_some_and(|last| last.ident == "Other")
        };
        if matches!(&arm.pat, syn::Pat::Struct(pattern) if is_of_host(pattern)) {
            return;
        }
        let mut parts = pair.elems.iter();
        let (Some(syn::Expr::Path(status)), Some(syn::Expr::Lit(code)), None) =
            (parts.next(), parts.next(), parts.next())
        else {
            panic!("an answer that is no pair of a status and a text");
        };
        let syn::Lit::Str(code) = &code.lit else {
            panic!("a code that is no text");
        };
        let status = status.path.segments.last().unwrap().ident.to_string();
        self.0.insert((number_of(&status), code.value()));
    }
}

/// `NotFound` is 404.
fn number_of(status: &str) -> u16 {
    let is_it = |code: &u16| {
        let reason = rocket::http::Status::new(*code).reason();
        let name = reason.map(|reason| reason.replace([' ', '-'], ""));
        name.is_some_and(|name| name.eq_ignore_ascii_case(status))
    };
    (400..600).find(is_it).unwrap()
}

#[test]
fn the_page_on_http_has_every_error_code_with_its_status_and_no_other() {
    let page = read("docs/http-api.md");
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let status = cells.next()?.parse().ok()?;
        let code = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        (status >= 400).then(|| (status, code.to_owned()))
    };
    let rows: Vec<_> = page.lines().filter_map(row).collect();
    let listed: BTreeSet<_> = rows.iter().cloned().collect();
    assert_eq!(listed.len(), rows.len(), "a row stands twice");
    assert_eq!(listed, answers());
}

#[test]
fn a_status_and_a_code_that_stand_together_belong_together() {
    let answers = answers();
    let mut seen = 0;
    for page in pages() {
        for (status, code) in pairs_in(&read(page.to_str().unwrap())) {
            seen += 1;
            let pair = (status, code);
            assert!(answers.contains(&pair), "{}: {pair:?}", page.display());
        }
    }
    assert!(seen > 5, "{seen} pairs");
    let text = "401 `not_authenticated` or `other`, 503 `unavailable`, 404 nothing, `401` `no`";
    let expected = [(401, "not_authenticated"), (503, "unavailable")];
    let expected = expected.map(|(status, code)| (status, code.to_owned()));
    assert_eq!(pairs_in(text), expected);
}

/// Each status of a text with the code in backquotes behind it.
fn pairs_in(text: &str) -> Vec<(u16, String)> {
    let is_code = |c: char| c.is_ascii_lowercase() || c == '_';
    let parts: Vec<_> = text.split('`').collect();
    let pair = |two: &[&str]| {
        let status = two[0].strip_suffix(' ')?.rsplit([' ', '\n', '(']).next()?;
        let is_status = status.len() == 3 && status.starts_with(['4', '5']);
        let is_pair = is_status && two[1].chars().all(is_code) && !two[1].is_empty();
        Some((status.parse().ok().filter(|_| is_pair)?, two[1].to_owned()))
    };
    // What is between backquotes has an odd number.
    parts.chunks_exact(2).filter_map(pair).collect()
}

/// Every page of Markdown that is ours.
fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let name = PathBuf::from(entry.unwrap().file_name());
            let is_hidden = name.to_str().unwrap().starts_with('.');
            let is_made = ["target", "node_modules"].contains(&name.to_str().unwrap());
            let path = folder.join(&name);
            if root().join(&path).is_dir() && !is_hidden && !is_made {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 20, "{found:?}");
    found
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut seen = 0;
    for page in pages() {
        let text = read(page.to_str().unwrap());
        for link in links::links(&text) {
            let target = match link {
                links::Link::To(target) => target,
                links::Link::Undefined(label) => {
                    panic!("{} does not define [{label}]", page.display())
                }
            };
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            let fault = fault_of_link(&page, &target);
            assert_eq!(fault, None, "{} links to {target}", page.display());
        }
    }
    assert!(seen > 40, "{seen} links");
}

fn fault_of_link(page: &Path, target: &str) -> Option<&'static str> {
    let (file, anchor) = match target.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (target, None),
    };
    let path = if file.is_empty() {
        page.to_owned()
    } else {
        page.parent().unwrap().join(file)
    };
    if target.is_empty() || !root().join(&path).exists() {
        return Some("there is no such file");
    }
    let anchors = anchor.map(|anchor| (anchor, links::anchors(&read(path.to_str().unwrap()))));
    let is_dead = anchors.is_some_and(|(anchor, known)| !known.contains(anchor));
    is_dead.then_some("the page has no such heading")
}

#[test]
fn a_dead_link_is_noticed() {
    let page = Path::new("docs/http-api.md");
    for good in ["security.md", "#csrf", "security.md#tokens-and-keys", "adr"] {
        assert_eq!(fault_of_link(page, good), None, "{good}");
    }
    for dead in ["", "nowhere.md", "#nowhere", "security.md#nowhere", "#CSRF"] {
        assert!(fault_of_link(page, dead).is_some(), "{dead}");
    }
}
