//! The end of reading: keys that are not settings.

use figment::value::{Dict, Value};

use super::Reader;
use super::misplaced;
use crate::config::reader::report::{Effective, Error};
use crate::config::reader::sources::SECTION;

impl Reader<'_> {
    /// Ends reading: unknown keys are problems too.
    pub(in crate::config) fn finish(mut self) -> Result<Effective, Error> {
        self.problems.extend(misplaced::section(self.figment));
        match self.figment.find_value(SECTION) {
            Ok(Value::Dict(_, dict)) => self.find_unknown(&dict, ""),
            Ok(_) => self.problem("", "is not a table", "write a section [default.accounts]"),
            Err(_) => {}
        }
        if self.problems.is_empty() {
            return Ok(self.effective);
        }
        Err(Error {
            profile: self.figment.profile().to_string(),
            problems: self.problems,
        })
    }

    fn find_unknown(&mut self, dict: &Dict, prefix: &str) {
        for (name, value) in dict {
            let key = format!("{prefix}{name}");
            if self.known.contains(key.as_str()) {
                continue;
            }
            let section = format!("{key}.");
            match value {
                Value::Dict(_, inner) if self.known.iter().any(|k| k.starts_with(&section)) => {
                    self.find_unknown(inner, &section);
                }
                _ => {
                    let fix = self.suggest(&key);
                    self.problem(&key, "is not a setting", &fix);
                }
            }
        }
    }

    /// Returns a fix that names the setting most likely meant.
    fn suggest(&self, key: &str) -> String {
        let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
        let likeness = |known: &'static str| {
            let of = strsim::normalized_damerau_levenshtein;
            of(key, known).max(of(key, last(known)))
        };
        let scored = self.known.iter().map(|known| (likeness(known), known));
        let close = scored
            .filter(|(score, _)| *score > 0.7)
            .max_by(|one, two| one.0.total_cmp(&two.0));
        match close {
            Some((_, known)) => format!("did you mean {SECTION}.{known}? Otherwise remove it"),
            None => "remove it, or look it up in docs/configuration.md".to_owned(),
        }
    }
}
