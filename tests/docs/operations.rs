//! Words that an operator searches the log and the metrics for, as the source has them.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Arm, Expr, ExprLit, ImplItemFn, Lit, Stmt};

use crate::{quoted, read};

fn text_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The texts that the arms of a method stand for: a text alone, or the first of a tuple.
struct Named<'a> {
    method: &'a str,
    texts: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if function.sig.ident == self.method {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        // A long one is a block of its own.
        let body = match &*arm.body {
            Expr::Block(block) => match block.block.stmts.last() {
                Some(Stmt::Expr(expr, None)) => expr,
                _ => &*arm.body,
            },
            body => body,
        };
        let first = match body {
            Expr::Tuple(tuple) => tuple.elems.first(),
            body => Some(body),
        };
        self.texts.extend(first.and_then(text_of));
    }
}

fn named(source: &str, method: &str) -> BTreeSet<String> {
    let mut found = Named {
        method,
        texts: BTreeSet::new(),
    };
    found.visit_file(&syn::parse_file(source).unwrap());
    found.texts
}

/// Cells of the rows of a section, from its heading to the next one.
fn rows<'t>(page: &'t str, heading: &str) -> Vec<Vec<&'t str>> {
    let (_, section) = page.split_once(heading).unwrap();
    let section = section.split("\n#").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

#[test]
fn the_page_on_operations_has_every_limit_with_its_settings() {
    let limits = named(&read("crates/core/src/auth/throttle/limit.rs"), "as_str");
    assert_eq!(limits.len(), 9, "{limits:?}");
    let page = read("docs/operations.md");
    let rows = rows(&page, "\n### Limits\n");
    let listed = rows.iter().flat_map(|cells| quoted(cells[0]));
    let listed: BTreeSet<_> = listed.map(str::to_owned).collect();
    assert_eq!(listed, limits);

    // That page has the settings that there are: another test holds it to the binary.
    let settings = read("docs/configuration.md");
    for cells in &rows {
        let keys: Vec<_> = quoted(cells[1]).collect();
        assert!(!keys.is_empty(), "{cells:?}");
        for key in keys {
            assert!(
                settings.contains(&format!("\n| `throttle.{key}` |")),
                "{key}"
            );
        }
    }
}

/// The item of a list, to the next one or the end of the list.
fn item<'t>(page: &'t str, start: &str) -> &'t str {
    let (_, rest) = page.split_once(start).unwrap();
    let ends = ["\n- ", "\n\n"]
        .into_iter()
        .filter_map(|end| rest.find(end));
    &rest[..ends.min().unwrap_or(rest.len())]
}

#[test]
fn the_page_on_deployment_has_every_event_and_no_other() {
    let mut events = named(&read("crates/core/src/auth/event/mod.rs"), "describe");
    assert!(events.len() > 20, "{events:?}");
    for (file, event) in [
        ("src/cli/serve/reload.rs", "keys_reloaded"),
        ("src/cli/serve/reload.rs", "keys_refused"),
        ("crates/core/src/auth/keys/registry.rs", "keys_differ"),
    ] {
        assert!(
            read(file).contains(&format!("event = \"{event}\"")),
            "{event}"
        );
        events.insert(event.to_owned());
    }
    let page = read("docs/deployment.md");
    let words = quoted(item(&page, "\n- **Log.**"));
    let is_name = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let listed = words.filter(is_name).filter(|word| *word != "event");
    assert_eq!(listed.map(str::to_owned).collect::<BTreeSet<_>>(), events);
}

#[test]
fn names_are_those_of_the_method() {
    let source = r#"
        impl X {
            fn name(&self) -> &str { match self { Self::A => "a", Self::B(_) => { ("b", "c") } } }
            fn other(&self) -> &str { match self { _ => "d" } }
        }
    "#;
    let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(named(source, "name"), set(&["a", "b"]));
    assert_eq!(
        item("x\n- **Log.** `a`\n  `b`\n- c", "\n- **Log.**"),
        " `a`\n  `b`"
    );
    assert_eq!(item("x\n- **Log.** `a`\n\n- c", "\n- **Log.**"), " `a`");
}
