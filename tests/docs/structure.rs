//! The size of files and folders, and how many test binaries there are.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

use crate::cases::without_harness;
use crate::root;

const ROOTS: [&str; 6] = ["src", "crates", "tests", "migration", "benches", "examples"];

const FILES_MAX: usize = 12;
/// Folders with more files, each with the reason.
const CROWDED: [(&str, &str); 6] = [
    ("tests/fuzz/corpus/cookie_header", "written by the fuzzer"),
    ("tests/fuzz/corpus/csrf_token", "written by the fuzzer"),
    ("tests/fuzz/corpus/forwarded", "written by the fuzzer"),
    ("tests/fuzz/corpus/login_body", "written by the fuzzer"),
    ("tests/fuzz/corpus/origin", "written by the fuzzer"),
    ("tests/fuzz/corpus/token", "written by the fuzzer"),
];

const LINES_MAX: usize = 250;
/// The extensions of what people write; lock files and recorded data may be long.
const WRITTEN: [&str; 8] = ["css", "html", "js", "py", "rs", "sh", "toml", "ts"];

const BINARIES_MAX: usize = 8;

/// The number of loose files of each folder below `folder`, and the lines of each written file.
#[derive(Default)]
struct Sizes {
    files: BTreeMap<String, usize>,
    lines: BTreeMap<String, usize>,
}

impl Sizes {
    fn of(root: &Path) -> Self {
        let mut sizes = Self::default();
        for folder in ROOTS {
            if root.join(folder).exists() {
                sizes.visit(root, folder);
            }
        }
        sizes
    }

    fn visit(&mut self, root: &Path, folder: &str) {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let is_made = ["target", "node_modules", "__pycache__"].contains(&name.as_str());
            if is_made || name.starts_with('.') {
                continue;
            }
            let path = format!("{folder}/{name}");
            if entry.path().is_dir() {
                self.visit(root, &path);
                continue;
            }
            *self.files.entry(folder.to_owned()).or_default() += 1;
            let extension = name.rsplit('.').next().unwrap_or_default();
            if WRITTEN.contains(&extension) {
                let text = fs::read_to_string(entry.path()).unwrap();
                self.lines.insert(path, text.lines().count());
            }
        }
    }
}

/// What is larger than `max` and not excepted, and what is excepted without being larger.
fn wrong<'s>(
    sizes: &'s BTreeMap<String, usize>,
    max: usize,
    excepted: &[&'s str],
) -> (Vec<&'s str>, Vec<&'s str>) {
    let is_large = |name: &str| sizes.get(name).is_some_and(|size| *size > max);
    let names = sizes.keys().map(String::as_str);
    let too_large = names.filter(|name| is_large(name) && !excepted.contains(name));
    let needless = excepted.iter().copied().filter(|name| !is_large(name));
    (too_large.collect(), needless.collect())
}

#[test]
fn folders_and_files_are_small() {
    let sizes = Sizes::of(&root());
    assert!(sizes.lines.len() > 100, "{} files", sizes.lines.len());
    let crowded = CROWDED.map(|(folder, _)| folder);
    let none = (Vec::new(), Vec::new());
    assert_eq!(wrong(&sizes.files, FILES_MAX, &crowded), none, "folders");
    assert_eq!(wrong(&sizes.lines, LINES_MAX, &[]), none, "files");
}

#[test]
fn what_is_too_large_and_what_is_excepted_needlessly_is_noticed() {
    let sizes = [("a", 12), ("b", 13), ("c", 14), ("d", 1)];
    let sizes = sizes.map(|(name, size)| (name.to_owned(), size)).into();
    let found = wrong(&sizes, 12, &["c", "d", "gone"]);
    assert_eq!(found, (vec!["b"], vec!["d", "gone"]));
}

/// Whether a path leads up twice by `super`.
fn leads_up_twice(tokens: TokenStream) -> bool {
    // The words since the last token that is not part of a path.
    let mut path = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Punct(sign) if sign.as_char() == ':' => path.push(":".to_owned()),
            TokenTree::Group(group) => {
                if leads_up_twice(group.stream()) {
                    return true;
                }
                path.clear();
            }
            _ => path.clear(),
        }
        if path.ends_with(&["super", ":", ":", "super"].map(str::to_owned)) {
            return true;
        }
    }
    false
}

#[test]
fn no_path_leads_up_twice() {
    let sizes = Sizes::of(&root());
    let is_rust = |file: &&String| Path::new(file).extension().is_some_and(|it| it == "rs");
    for file in sizes.lines.keys().filter(is_rust) {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(!leads_up_twice(text.parse().unwrap()), "{file}");
    }
    for (source, leads) in [
        ("use super::super::x;", true),
        ("mod a { fn f() { super::super::g(); } }", true),
        (
            "use super::x; const A: &str = \"super::super\"; // super::super",
            false,
        ),
    ] {
        assert_eq!(leads_up_twice(source.parse().unwrap()), leads, "{source}");
    }
}

#[test]
fn there_are_few_test_binaries() {
    let entries = fs::read_dir(root().join("tests")).unwrap();
    let is_binary = |path: &Path| path.join("main.rs").exists() || path.extension().is_some();
    let binaries = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| is_binary(path));
    let binaries: Vec<_> = binaries.collect();
    assert!(binaries.len() <= BINARIES_MAX, "{binaries:?}");
}

/// The compiler drops `#[test]` functions where another harness is in charge: they would never run.
#[test]
fn suites_with_a_harness_of_their_own_have_no_test_attribute() {
    for folder in without_harness(&root()) {
        let attributed = crate::cases::attributed_in(&folder);
        assert_eq!(attributed, Vec::<String>::new(), "{}", folder.display());
    }
}
