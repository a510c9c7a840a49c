//! Plain words: names, comments, messages and documents do not use what `words.txt` lists.

mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{read, root};

/// What is held to the list. `tests` is not: the names of its cases are those of docs/security.md.
const FOLDERS: [&str; 8] = [
    ".ci",
    ".github",
    "benches",
    "crates",
    "docs",
    "examples",
    "migration",
    "src",
];
/// Data, and what others wrote.
const SKIPPED: [&str; 4] = ["json", "lock", "png", "woff2"];

/// The sections of the list.
#[derive(Default)]
struct List {
    names: Vec<(String, String)>,
    text: Vec<(String, String)>,
    exceptions: BTreeSet<(String, String)>,
}

impl List {
    fn read() -> Self {
        let mut list = Self::default();
        let mut section = "";
        let text = read("tests/docs/words/words.txt");
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.starts_with('[') {
                section = line;
                continue;
            }
            let pair = |sign| {
                let (word, rest) = line.split_once(sign).unwrap_or_else(|| panic!("{line}"));
                (word.trim().to_owned(), rest.trim().to_owned())
            };
            match section {
                "[names]" => list.names.push(pair('=')),
                "[text]" => list.text.push(pair('=')),
                "[exceptions]" => {
                    let (file, rest) = pair(':');
                    let (word, reason) = rest.split_once(':').unwrap_or_else(|| panic!("{line}"));
                    assert!(!reason.trim().is_empty(), "{line}: no reason");
                    list.exceptions.insert((file, word.trim().to_owned()));
                }
                _ => panic!("{line} is in no section"),
            }
        }
        assert!(list.names.len() > 20 && list.text.len() > 10);
        list
    }

    /// What is wrong in a file, as `file:line: word: better word`, and which exceptions it used.
    fn faults(&self, file: &str, source: &str) -> (Vec<String>, BTreeSet<(String, String)>) {
        let mut faults = Vec::new();
        let mut used = BTreeSet::new();
        let mut check = |number: usize, word: &str, better: &str| {
            let exception = (file.to_owned(), word.to_owned());
            if self.exceptions.contains(&exception) {
                used.insert(exception);
            } else {
                faults.push(format!("{file}:{number}: {word}: write {better}"));
            }
        };
        let lines = match file.rsplit_once('.') {
            Some((_, "rs")) => source::lines(source),
            _ => source
                .lines()
                .map(|line| (String::new(), line.to_owned()))
                .collect(),
        };
        for (number, (code, text)) in (1..).zip(&lines) {
            for (word, better) in &self.names {
                if source::has(code, word) {
                    check(number, word, better);
                }
            }
            let text = text.to_lowercase();
            for (word, better) in &self.text {
                if source::has(&text, word) {
                    check(number, word, better);
                }
            }
        }
        (faults, used)
    }
}

/// Every file that the list is for.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders: Vec<_> = FOLDERS.iter().map(PathBuf::from).collect();
    let top = fs::read_dir(root()).unwrap();
    files.extend(top.map(|entry| PathBuf::from(entry.unwrap().file_name())));
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(root().join(&folder)) else {
            continue;
        };
        for entry in entries {
            let path = folder.join(entry.unwrap().file_name());
            if !root().join(&path).is_dir() {
                files.push(path);
            } else if !path.ends_with("target") && !path.ends_with("node_modules") {
                folders.push(path);
            }
        }
    }
    let is_data = |path: &Path| {
        let extension = path.extension().unwrap_or_default();
        SKIPPED.iter().any(|skipped| extension == *skipped)
    };
    files.retain(|path| root().join(path).is_file() && !is_data(path));
    // The real environment of a developer is none of the repository's.
    files.retain(|path| path != Path::new(".env"));
    files.sort();
    files
}

#[test]
fn the_words_are_plain() {
    let list = List::read();
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    let files = files();
    assert!(files.len() > 200, "{}", files.len());
    for file in files {
        let Ok(text) = fs::read_to_string(root().join(&file)) else {
            continue;
        };
        let (found, exceptions) = list.faults(file.to_str().unwrap(), &text);
        faults.extend(found);
        used.extend(exceptions);
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert_eq!(used, list.exceptions, "exceptions without use");
}

#[test]
fn words_are_found_where_they_count() {
    let list = List::read();
    let found = |source| list.faults("src/a.rs", source).0;
    assert_eq!(
        found("let told = 1;\n"),
        ["src/a.rs:1: told: write reported, logged"]
    );
    assert_eq!(found("// Nobody\nlet s = \"is TOLD\";\n").len(), 2);
    assert_eq!(
        found("let a = \"\\\n    whoever\";\n")[0].split(':').nth(1),
        Some("2")
    );
    assert!(found("fn nobody_is_told(untold: u8) {}\n// is `told_of`\n").is_empty());
}
