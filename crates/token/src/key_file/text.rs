//! The key file as text: one secret a line, the first one signs, the others verify. A line that
//! begins with `staged` holds the one that is to sign next; lines that begin with `#` are comments.
//!
//! Comments are kept. Those directly above a secret move with it; those at the top, down to an
//! empty line, are about the file.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::{Entry, KeyFile, KeyFileError, KeyRole};
use crate::keyring::{OLDER_SECRETS_MAX, Secret, SecretError};

const STAGED: &str = "staged";
/// Precedes the name of the key that was created with the file.
const FOR_DEVELOPMENT: &str = "# Made for development, not to be used elsewhere: key ";

/// The lines read so far.
#[derive(Default)]
struct Lines {
    plain: Vec<Entry>,
    staged: Option<Entry>,
    for_development: Option<String>,
    head: String,
    /// The comments since the last secret.
    notes: String,
}

impl Lines {
    /// Returns the comments above a secret, without those about the file.
    fn notes_above(&mut self) -> String {
        let notes = std::mem::take(&mut self.notes);
        if !self.plain.is_empty() || self.staged.is_some() {
            return notes;
        }
        let about_file = notes.rfind("\n\n").map_or(notes.len(), |end| end + 2);
        let (head, above) = notes.split_at(about_file);
        head.clone_into(&mut self.head);
        above.to_owned()
    }

    fn note(&mut self, line: &str) {
        if let Some(id) = line.strip_prefix(FOR_DEVELOPMENT) {
            // Written again while the key exists.
            self.for_development = Some(id.to_owned());
        } else {
            self.notes.push_str(line);
            self.notes.push('\n');
        }
    }
}

impl KeyFile {
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, KeyFileError> {
        let bad_file = |problem| KeyFileError::BadFile {
            path: path.to_owned(),
            problem,
        };
        let mut lines = Lines::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                lines.note(line);
                continue;
            }
            let marked = line.strip_prefix(STAGED);
            let marked = marked.filter(|rest| rest.starts_with(char::is_whitespace));
            let secret = SecretString::from(marked.unwrap_or(line).trim());
            let entry = Entry::parse(&secret, lines.notes_above());
            let entry = entry.map_err(|problem| KeyFileError::BadSecret {
                path: path.to_owned(),
                line: at + 1,
                problem,
            })?;
            if marked.is_none() {
                lines.plain.push(entry);
            } else if lines.staged.replace(entry).is_some() {
                return Err(bad_file("has two staged secrets"));
            }
        }
        if lines.plain.is_empty() {
            return Err(bad_file("has no secret that signs"));
        }
        if lines.plain.len() + usize::from(lines.staged.is_some()) > 1 + OLDER_SECRETS_MAX {
            return Err(bad_file("has more than five secrets"));
        }
        let older = lines.plain.split_off(1);
        let active = lines.plain.pop();
        Ok(Self {
            active: active.ok_or(bad_file("has no secret that signs"))?,
            staged: lines.staged,
            older,
            for_development: lines.for_development,
            head: SecretString::from(lines.head),
            tail: SecretString::from(lines.notes),
        })
    }

    pub(super) fn text(&self) -> SecretString {
        let line = |(role, entry): (KeyRole, &Entry)| {
            let (notes, text) = (entry.notes.expose_secret(), entry.text.expose_secret());
            match role {
                KeyRole::Staged => format!("{notes}{STAGED} {text}\n"),
                KeyRole::Active | KeyRole::Older => format!("{notes}{text}\n"),
            }
        };
        let lines: String = self.entries().map(line).collect();
        let noted = self.development_key();
        let noted = noted.map(|id| format!("{FOR_DEVELOPMENT}{id}\n"));
        let noted = noted.unwrap_or_default();
        let (head, tail) = (self.head.expose_secret(), self.tail.expose_secret());
        SecretString::from(format!("{head}{noted}{lines}{tail}"))
    }
}

impl Entry {
    pub(super) fn parse(text: &SecretString, notes: String) -> Result<Self, SecretError> {
        Ok(Self {
            secret: Secret::parse(text)?,
            text: text.clone(),
            notes: SecretString::from(notes),
        })
    }
}
