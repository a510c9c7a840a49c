//! The tokens of macros, flat.

use super::name_of;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::LitStr;

pub(super) fn is_keyword(path: &[String]) -> bool {
    path.iter()
        .all(|word| matches!(word.as_str(), "crate" | "super" | "self"))
}

/// Whether the word here is that of `pub(crate)`.
pub(super) fn is_visibility(flat: &[Flat], at: usize) -> bool {
    let before = at.checked_sub(2).and_then(|at| flat.get(at..at + 2));
    let is_pub = before
        .is_some_and(|before| before == [Flat::Word("pub".to_owned()), Flat::Open('(')].as_slice());
    is_pub && flat.get(at + 1) == Some(&Flat::Close(')'))
}

/// A token, with the brackets around it as tokens of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flat {
    Word(String),
    Text(String),
    /// `::`
    Colons,
    Sign(char),
    Open(char),
    Close(char),
}

pub(super) fn flatten(tokens: TokenStream, into: &mut Vec<Flat>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) => into.push(Flat::Word(name_of(&ident))),
            TokenTree::Punct(sign) if sign.as_char() == ':' => {
                let is_colon = |next: &TokenTree| matches!(next, TokenTree::Punct(next) if next.as_char() == ':');
                if tokens.next_if(is_colon).is_some() {
                    into.push(Flat::Colons);
                } else {
                    into.push(Flat::Sign(':'));
                }
            }
            TokenTree::Punct(sign) => into.push(Flat::Sign(sign.as_char())),
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<LitStr>(&literal.to_string());
                into.extend(text.ok().map(|text| Flat::Text(text.value())));
            }
            TokenTree::Group(group) => {
                let brackets = match group.delimiter() {
                    Delimiter::Parenthesis => Some(['(', ')']),
                    Delimiter::Brace => Some(['{', '}']),
                    Delimiter::Bracket => Some(['[', ']']),
                    Delimiter::None => None,
                };
                into.extend(brackets.map(|[open, _]| Flat::Open(open)));
                flatten(group.stream(), into);
                into.extend(brackets.map(|[_, close]| Flat::Close(close)));
            }
        }
    }
}
