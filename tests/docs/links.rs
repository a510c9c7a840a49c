//! Links of Markdown, and the headings they lead to, as GitHub reads them.

use std::collections::{BTreeMap, BTreeSet};

/// A link of a page: where to, or what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Link {
    To(String),
    /// `[text][label]` without a line `[label]: ...`.
    Undefined(String),
}

/// The text without what is code: nothing in there is a link or a heading.
fn without_blocks(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut kept = String::new();
    for line in text.lines() {
        let start = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                kept.push_str(line);
                kept.push('\n');
            }
            _ => {}
        }
    }
    kept
}

fn without_code(text: &str) -> String {
    without_blocks(text).split('`').step_by(2).collect()
}

/// All links of a page.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let text = without_code(text);
    let mut found = Vec::new();
    let mut defined = BTreeMap::new();
    for line in text.lines() {
        if let Some((label, target)) = definition(line) {
            found.push(Link::To(target.clone()));
            defined.insert(label, target);
        }
    }
    for rest in text.split("](").skip(1) {
        let target = rest.split(')').next().unwrap_or_default();
        let target = target.split_whitespace().next().unwrap_or_default();
        found.push(Link::To(target.trim_matches(['<', '>']).to_owned()));
    }
    for (before, after) in pairs(&text, "][") {
        let label = after.split(']').next().unwrap_or_default();
        let text = before.rsplit('[').next().unwrap_or_default();
        let label = if label.is_empty() { text } else { label }.to_lowercase();
        if !defined.contains_key(&label) {
            found.push(Link::Undefined(label));
        }
    }
    for rest in text.split("href=\"").skip(1) {
        let target = rest.split('"').next().unwrap_or_default();
        found.push(Link::To(target.to_owned()));
    }
    found
}

fn pairs<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
    let places = text.match_indices(mark);
    places.map(move |(at, _)| (&text[..at], &text[at + mark.len()..]))
}

/// `[label]: target`
fn definition(line: &str) -> Option<(String, String)> {
    let (label, target) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    if label.contains(']') || label.starts_with('^') {
        return None;
    }
    let target = target.split_whitespace().next()?;
    Some((
        label.to_lowercase(),
        target.trim_matches(['<', '>']).to_owned(),
    ))
}

/// What a link to a part of the page may have behind `#`.
pub(crate) fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in without_blocks(text).lines() {
        let level = line.chars().take_while(|c| *c == '#').count();
        if (1..=6).contains(&level)
            && let Some(heading) = line[level..].strip_prefix(' ')
        {
            let slug = slug(heading);
            let again = (1..).map(|number| format!("{slug}-{number}"));
            let mut names = std::iter::once(slug.clone()).chain(again);
            let free = names.find(|name| !found.contains(name));
            found.extend(free);
        }
        for mark in ["id=\"", "name=\""] {
            let ids = line.split(mark).skip(1);
            found.extend(ids.filter_map(|rest| Some(rest.split('"').next()?.to_owned())));
        }
    }
    found
}

/// As GitHub names a heading: in lower case, letters, digits, `-` and `_` kept, spaces as `-`.
fn slug(heading: &str) -> String {
    let mut text = String::new();
    // Of a link only its text is shown.
    let mut rest = heading.trim().trim_end_matches('#').trim_end();
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    let kept = text.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}

#[test]
fn headings_are_named_as_on_github() {
    let page = "# One & two\n## `code` in it, and more!\n## Twice\n```\n# not one\n```\n## Twice\n\
                ### A [link](x.md#y) to_see\n#nothing\n<a id=\"own\"></a>\n## Größe: 5 %\n";
    let expected = [
        "a-link-to_see",
        "code-in-it-and-more",
        "größe-5-",
        "one--two",
        "own",
        "twice",
        "twice-1",
    ];
    let anchors = anchors(page);
    assert_eq!(anchors.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn links_of_every_kind_are_found() {
    let page = "[a](a.md) ![b](<b.png>) [c](c.md#d \"title\") `[no](no.md)` [e][E] [f][] [g][h]\n\
                ```\n[no](no.md)\n[no]: no.md\n```\n[e]: e.md\n[F]: <f.md> 'title'\n\
                <a href=\"i.md\">i</a> - [ ] [x] no link\n";
    let to = |target: &str| Link::To(target.to_owned());
    let expected = [
        to("e.md"),
        to("f.md"),
        to("a.md"),
        to("b.png"),
        to("c.md#d"),
        Link::Undefined("h".to_owned()),
        to("i.md"),
    ];
    assert_eq!(links(page), expected);
}
