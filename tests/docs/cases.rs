//! Which functions are tests: a name in a document holds nothing if it is that of any function.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ItemFn, LitStr, Macro};

/// Macros that make a case of each function they are given.
const LISTS: [&str; 9] = [
    "add",
    "async_cases",
    "cases",
    "cases_on",
    "on",
    "on_databases",
    "on_postgres",
    "table",
    "visits",
];

/// What the harness of Rust runs, what a suite without it lists as its cases, and the clauses that
/// every store is held against.
pub(crate) fn all(root: &Path) -> BTreeSet<String> {
    let mut cases = BTreeSet::new();
    for folder in ["src", "crates", "tests"] {
        let files = rust_files(&root.join(folder));
        cases.extend(read(&files).attributed);
    }
    let mut lists: Vec<_> = without_harness(root);
    lists.push(root.join("crates/contract/src"));
    for folder in lists {
        let source = read(&rust_files(&folder));
        cases.extend(source.listed.intersection(&source.functions).cloned());
    }
    cases
}

/// The folders of the test targets that bring a harness of their own.
pub(crate) fn without_harness(root: &Path) -> Vec<PathBuf> {
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let targets = manifest.split("[[test]]").skip(1);
    let own = targets.filter(|target| {
        target
            .split("\n[")
            .next()
            .unwrap()
            .contains("harness = false")
    });
    let path = |target: &str| {
        let (_, rest) = target.split_once("path = \"").unwrap();
        let (path, _) = rest.split_once('"').unwrap();
        root.join(path).parent().unwrap().to_owned()
    };
    let folders: Vec<_> = own.map(path).collect();
    assert_eq!(folders.len(), 5, "{folders:?}");
    folders
}

/// The functions below a folder that have an attribute which makes a test of them.
pub(crate) fn attributed_in(folder: &Path) -> Vec<String> {
    read(&rust_files(folder)).attributed.into_iter().collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn read(files: &[PathBuf]) -> Source {
    let mut source = Source::default();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        match syn::parse_file(&text) {
            Ok(parsed) => source.visit_file(&parsed),
            Err(error) => panic!("{}: {error}", file.display()),
        }
    }
    source
}

/// What a source says of its functions.
#[derive(Debug, Default)]
pub(crate) struct Source {
    functions: BTreeSet<String>,
    /// Functions with an attribute that makes a test of them.
    attributed: BTreeSet<String>,
    /// Names in the macros that list cases, and texts that are a name or end with `::` and one.
    listed: BTreeSet<String>,
}

#[cfg(test)]
impl Source {
    fn of(text: &str) -> Self {
        let mut source = Self::default();
        source.visit_file(&syn::parse_file(text).unwrap());
        source
    }
}

/// `#[test]`, `#[tokio::test]`, `#[rocket::async_test]`.
fn is_test(name: &str) -> bool {
    matches!(name, "test" | "async_test")
}

impl Source {
    /// `#[test] fn name` in what a macro is given, as with `proptest!`.
    fn attributed_in(&mut self, tokens: TokenStream) {
        let mut is_attributed = false;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    if let Some(TokenTree::Group(group)) = tokens.peek() {
                        let last = group.stream().into_iter().last();
                        is_attributed |= last.is_some_and(|last| is_test(&last.to_string()));
                    }
                }
                TokenTree::Ident(word) if word == "fn" => {
                    if let Some(name) = tokens.next()
                        && is_attributed
                    {
                        self.attributed.insert(name.to_string());
                    }
                    is_attributed = false;
                }
                TokenTree::Group(group) => self.attributed_in(group.stream()),
                _ => {}
            }
        }
    }

    /// Every word of a list, and every text.
    fn words_in(&mut self, tokens: TokenStream, is_list: bool) {
        for token in tokens {
            match token {
                TokenTree::Ident(word) if is_list => {
                    self.listed.insert(word.to_string());
                }
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string()) {
                        self.visit_lit_str(&text);
                    }
                }
                TokenTree::Group(group) => self.words_in(group.stream(), is_list),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        let name = item.sig.ident.to_string();
        let makes_test = |attribute: &Attribute| {
            let last = attribute.path().segments.last();
            last.is_some_and(|last| is_test(&last.ident.to_string()))
        };
        if item.attrs.iter().any(makes_test) {
            self.attributed.insert(name.clone());
        }
        self.functions.insert(name);
        visit::visit_item_fn(self, item);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        let last = item.path.segments.last();
        let is_list = last.is_some_and(|last| LISTS.contains(&last.ident.to_string().as_str()));
        self.attributed_in(item.tokens.clone());
        self.words_in(item.tokens.clone(), is_list);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        let text = text.value();
        let name = text.rsplit("::").next().unwrap_or_default();
        self.listed.insert(name.to_owned());
    }
}

#[test]
fn only_what_is_run_is_a_test() {
    let source = Source::of(
        "#[test] fn plain() {} \
         #[rocket::async_test] async fn with_rocket() {} \
         #[tokio::test(flavor = \"multi_thread\")] async fn with_tokio() {} \
         proptest! { #[test] fn inside(x in 0..5) {} fn beside() {} } \
         mod tests { #[test] fn deeper() {} } \
         #[cfg(test)] fn helper() {} \
         /// Not `#[test]`. \n fn another() {} \
         fn main() { cases_on![one on ALL, two]; add!(cases, \"group\", Setup::Plain, [three]); \
           println!(\"{}\", other()); Case::new(\"postgres::four\", || four()); vec![(\"five\", five)]; }",
    );
    let attributed: Vec<_> = source.attributed.iter().map(String::as_str).collect();
    let expected = ["deeper", "inside", "plain", "with_rocket", "with_tokio"];
    assert_eq!(attributed, expected);
    for listed in ["one", "two", "three", "four", "five"] {
        assert!(source.listed.contains(listed), "{listed}");
    }
    for other in ["helper", "another", "other", "beside", "main"] {
        assert!(!source.listed.contains(other), "{other}");
    }
}
