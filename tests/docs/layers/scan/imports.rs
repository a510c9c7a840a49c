//! What `use` brings in, with every path made absolute.

use std::collections::HashMap;

use super::name_of;
use syn::visit::{self, Visit};
use syn::{Ident, ItemMod, ItemUse, UseTree};

/// A path from the crate root on, if it leads into this crate by `self` and `super`.
pub(super) fn absolute(module: &[String], path: &[String]) -> Vec<String> {
    let is_relative = |word: &&String| *word == "super" || *word == "self";
    let relative = path.iter().take_while(is_relative).count();
    // `Self` and a method's `self` are no modules.
    if relative == 0 || (path.len() == 1 && path[0] == "self") {
        return path.to_vec();
    }
    let ups = path.iter().take(relative).filter(|word| *word == "super");
    let kept = module.len().saturating_sub(ups.count());
    let mut absolute = vec!["crate".to_owned()];
    absolute.extend_from_slice(&module[..kept]);
    absolute.extend_from_slice(&path[relative..]);
    absolute
}

/// One name that a `use` brings in.
pub(super) struct Leaf {
    pub(super) path: Vec<String>,
    /// What it is called here; `None` for a glob and for `_`.
    pub(super) name: Option<String>,
    pub(super) is_glob: bool,
}

fn leaves(tree: &UseTree, prefix: &[String], into: &mut Vec<Leaf>) {
    let longer = |ident: &Ident| {
        let mut path = prefix.to_vec();
        // `a::{self}` is `a`.
        if *ident != "self" || prefix.is_empty() {
            path.push(name_of(ident));
        }
        path
    };
    match tree {
        UseTree::Path(tree) => leaves(&tree.tree, &longer(&tree.ident), into),
        UseTree::Name(tree) => {
            let path = longer(&tree.ident);
            into.push(Leaf {
                name: path.last().cloned(),
                path,
                is_glob: false,
            });
        }
        UseTree::Rename(tree) => into.push(Leaf {
            path: longer(&tree.ident),
            name: Some(name_of(&tree.rename)).filter(|name| name != "_"),
            is_glob: false,
        }),
        UseTree::Glob(_) => into.push(Leaf {
            path: prefix.to_vec(),
            name: None,
            is_glob: true,
        }),
        UseTree::Group(tree) => {
            for tree in &tree.items {
                leaves(tree, prefix, into);
            }
        }
    }
}

pub(super) fn leaves_of(item: &ItemUse, module: &[String]) -> Vec<Leaf> {
    let mut found = Vec::new();
    leaves(&item.tree, &[], &mut found);
    for leaf in &mut found {
        // `use self as x` is the module itself.
        if leaf.path == ["self"] {
            leaf.path.push("self".to_owned());
        }
        leaf.path = absolute(module, &leaf.path);
    }
    found
}

/// Collects what the names that a file imports stand for, in whichever of its modules.
pub(super) struct Aliases {
    pub(super) module: Vec<String>,
    pub(super) names: HashMap<String, Vec<Vec<String>>>,
}

impl<'ast> Visit<'ast> for Aliases {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(name_of(&item.ident));
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for leaf in leaves_of(item, &self.module) {
            if let Some(name) = leaf.name {
                self.names.entry(name).or_default().push(leaf.path);
            }
        }
    }
}
