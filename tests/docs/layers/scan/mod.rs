//! What a Rust source names: every path, made absolute, and the tricks that would hide one.
//!
//! The source is parsed as the compiler parses it; what is inside macros is read as tokens,
//! because a macro can make anything of it.

mod imports;
mod tokens;

use std::collections::HashMap;

use imports::{Aliases, absolute, leaves_of};
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, ItemExternCrate, ItemMod, ItemUse, LitStr, Macro, Visibility};
use tokens::{Flat, flatten, is_keyword, is_visibility};

/// What was found in a source.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Paths of code and of `use`, those into this crate from `crate` on.
    pub(crate) paths: Vec<Vec<String>>,
    /// Paths that are imported, in which one segment alone is a crate as well.
    pub(crate) imports: Vec<Vec<String>>,
    /// Imports that others can name through this module.
    pub(crate) reexports: Vec<Vec<String>>,
    /// Imports of everything in a module.
    pub(crate) globs: Vec<Vec<String>>,
    /// What hides a path from these lists.
    pub(crate) tricks: Vec<String>,
}

/// What a source of module `module` (`["http", "routes", "login"]`) names.
pub(crate) fn scan(module: &[String], source: &str) -> syn::Result<Found> {
    let file = syn::parse_file(source)?;
    let mut aliases = Aliases {
        module: module.to_vec(),
        names: HashMap::new(),
    };
    aliases.visit_file(&file);
    let mut scan = Scan {
        module: module.to_vec(),
        aliases: aliases.names,
        found: Found::default(),
    };
    scan.visit_file(&file);
    Ok(scan.found)
}

fn name_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}

struct Scan {
    module: Vec<String>,
    aliases: HashMap<String, Vec<Vec<String>>>,
    found: Found,
}

impl Scan {
    fn trick(&mut self, what: impl Into<String>) {
        self.found.tricks.push(what.into());
    }

    /// Notes a path, and what it is if it begins with an imported name.
    fn note(&mut self, path: &[String]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let meant = self.aliases.get(first).into_iter().flatten();
        for meant in meant {
            let mut path = meant.clone();
            path.extend_from_slice(rest);
            self.found.paths.push(path);
        }
        self.found.paths.push(absolute(&self.module, path));
    }

    /// Every path in the tokens of a macro or of an attribute.
    fn tokens(&mut self, tokens: &TokenStream) {
        let mut flat = Vec::new();
        flatten(tokens.clone(), &mut flat);
        let mut at = 0;
        while at < flat.len() {
            at = self.path_at(&flat, at, &[]);
        }
    }

    /// Reads the path that begins here, and all that a `{..}` at its end unfolds to; where to go
    /// on.
    fn path_at(&mut self, flat: &[Flat], mut at: usize, prefix: &[String]) -> usize {
        if let Some(Flat::Text(text)) = flat.get(at) {
            self.text(text);
        }
        let Some(Flat::Word(first)) = flat.get(at) else {
            return at + 1;
        };
        let begin = at;
        let mut path = prefix.to_vec();
        path.push(first.clone());
        at += 1;
        while flat.get(at) == Some(&Flat::Colons) {
            at += 1;
            match flat.get(at) {
                Some(Flat::Word(word)) => {
                    path.push(word.clone());
                    at += 1;
                }
                Some(Flat::Open('{')) => {
                    at += 1;
                    while flat.get(at).is_some_and(|token| *token != Flat::Close('}')) {
                        match &flat[at] {
                            Flat::Sign('*') => self.end_at_root(&path, "*"),
                            Flat::Word(word) if word == "self" => self.end_at_root(&path, "self"),
                            _ => {}
                        }
                        at = self.path_at(flat, at, &path);
                    }
                    return at + 1;
                }
                Some(Flat::Sign('*')) => self.end_at_root(&path, "*"),
                Some(Flat::Sign('$')) if is_keyword(&path) => {
                    self.trick(format!("a macro goes on from {}", path.join("::")));
                }
                _ => break,
            }
        }
        let is_bare = flat.get(begin + 1) != Some(&Flat::Colons) && prefix.is_empty();
        if is_bare && (first == "crate" || first == "super") && !is_visibility(flat, begin) {
            self.trick(format!("a macro takes {first} as it stands"));
        }
        self.note(&path);
        at
    }

    fn end_at_root(&mut self, path: &[String], end: &str) {
        if absolute(&self.module, path) == ["crate"] {
            self.trick(format!("a macro names the crate root by {end}"));
        }
    }

    /// A text may hold a path: `#[serde(with = "crate::x")]`.
    fn text(&mut self, text: &str) {
        let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '#';
        if text.contains("::") && text.chars().all(is_path) {
            let words = text.split("::").filter(|word| !word.is_empty());
            let words: Vec<_> = words
                .map(|word| word.trim_start_matches("r#").to_owned())
                .collect();
            self.note(&words);
        }
    }
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(name_of(&item.ident));
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_public = !matches!(item.vis, Visibility::Inherited);
        for leaf in leaves_of(item, &self.module) {
            let text = leaf.path.join("::");
            if leaf.path == ["crate"] {
                self.trick("imports the crate root under a name, or all that is in it");
            }
            if leaf.path.contains(&"super".to_owned()) {
                self.trick(format!("imports {text}"));
            }
            if leaf.is_glob {
                self.found.globs.push(leaf.path.clone());
            }
            if is_public {
                self.found.reexports.push(leaf.path.clone());
            }
            self.found.imports.push(leaf.path);
        }
        for attribute in &item.attrs {
            self.visit_attribute(attribute);
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast ItemExternCrate) {
        if item.ident == "self" {
            self.trick("names its own crate");
        }
        let path = vec![name_of(&item.ident)];
        if !matches!(item.vis, Visibility::Inherited) {
            self.found.reexports.push(path.clone());
        }
        self.found.imports.push(path);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<_> = path
            .segments
            .iter()
            .map(|segment| name_of(&segment.ident))
            .collect();
        self.note(&words);
        visit::visit_path(self, path);
    }

    /// Leads up by its nature: what may see an item is a module around it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, item: &'ast Macro) {
        if item.path.segments.last().is_some_and(|last| {
            let name = name_of(&last.ident);
            name == "include"
        }) {
            self.trick("includes another file as source");
        }
        self.visit_path(&item.path);
        self.tokens(&item.tokens);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        let is_path = attribute.path().is_ident("path");
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(&list.tokens);
        }
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && let syn::Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(text) = &literal.lit
        {
            if is_path && text.value().contains(['/', '\\']) {
                self.trick(format!("takes a module from {}", text.value()));
            }
            self.text(&text.value());
        }
        self.visit_path(attribute.path());
    }

    fn visit_lit_str(&mut self, _: &'ast LitStr) {}
}
