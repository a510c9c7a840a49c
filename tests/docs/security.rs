//! The tests that docs/security.md names.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{cases, quoted, read, root};

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
