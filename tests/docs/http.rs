//! Status and code of every refusal.

use std::collections::BTreeSet;

use crate::pages::pages;
use crate::read;

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
