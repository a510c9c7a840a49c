//! Links from page to page.

use std::path::{Path, PathBuf};

use crate::links;
use crate::{read, root};

/// Every page of Markdown that is ours.
pub(crate) fn pages() -> Vec<PathBuf> {
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
