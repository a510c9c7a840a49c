//! Takes keys from figment one at a time, so that one bad value does not hide the next.

pub(in crate::config) mod misplaced;
pub(in crate::config) mod report;
pub(in crate::config) mod service_links;
pub(in crate::config) mod sources;
mod unknown;
pub(in crate::config) mod value;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use figment::Figment;
use figment::value::Value;
use secrecy::SecretString;

use self::report::{Effective, Problem};
use self::sources::SECTION;
use self::value::{are_texts, as_text, as_texts, as_whole, in_one_unit, is_text, parse_span};

/// Reads keys below `accounts`, records which exist, and collects problems.
pub(in crate::config) struct Reader<'a> {
    figment: &'a Figment,
    known: BTreeSet<&'static str>,
    problems: Vec<Problem>,
    effective: Effective,
}

impl<'a> Reader<'a> {
    pub(in crate::config) fn new(figment: &'a Figment) -> Self {
        Self {
            figment,
            known: BTreeSet::new(),
            problems: Vec::new(),
            effective: Effective::default(),
        }
    }

    /// Returns whether the profile is the one for production, in which no unsafe setting is
    /// accepted.
    pub(in crate::config) fn is_release(&self) -> bool {
        self.figment.profile() == "release"
    }

    /// Returns whether the profile is that of `cargo run`.
    pub(in crate::config) fn is_debug(&self) -> bool {
        self.figment.profile() == "debug"
    }

    /// Returns how many problems were found so far.
    pub(in crate::config) fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// Notes a problem with `key`.
    pub(in crate::config) fn problem(&mut self, key: &str, what: &str, fix: &str) {
        self.problems.push(Problem {
            key: format!("{SECTION}.{key}"),
            source: sources::of_key(self.figment, key),
            what: what.to_owned(),
            fix: fix.to_owned(),
        });
    }

    fn value(&mut self, key: &'static str) -> Option<Value> {
        self.known.insert(key);
        self.figment.find_value(&format!("{SECTION}.{key}")).ok()
    }

    fn show(&mut self, key: &'static str, shown: String) {
        let source = sources::of_key(self.figment, key).unwrap_or_else(|| "default".to_owned());
        let key = format!("{SECTION}.{key}");
        self.effective.entries.push((key, shown, source));
    }

    /// Reads `key` with `parse`; reports `expected` if that fails.
    fn read<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&Value) -> Option<T>,
        expected: &str,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.parse(key, &value, parse, expected)
    }

    /// Reads `key` as text, as it was written where figment parsed it as another type.
    fn read_text<T>(
        &mut self,
        key: &'static str,
        is_text: fn(&Value) -> bool,
        parse: impl FnOnce(&Value) -> Option<T>,
        expected: &str,
    ) -> Option<T> {
        let mut value = self.value(key)?;
        if !is_text(&value)
            && let Some(written) = sources::as_written(self.figment, key)
        {
            value = Value::from(written.trim());
        }
        self.parse(key, &value, parse, expected)
    }

    fn parse<T>(
        &mut self,
        key: &'static str,
        value: &Value,
        parse: impl FnOnce(&Value) -> Option<T>,
        expected: &str,
    ) -> Option<T> {
        let parsed = parse(value);
        if parsed.is_none() {
            self.problem(key, "has a value of the wrong type", expected);
        }
        parsed
    }

    pub(in crate::config) fn optional_string(
        &mut self,
        key: &'static str,
        fallback: Option<&str>,
    ) -> Option<String> {
        let text = self.read_text(key, is_text, as_text, "write a string");
        let text = text.or_else(|| fallback.map(str::to_owned));
        let shown = text
            .as_ref()
            .map_or("(not set)".to_owned(), |t| format!("{t:?}"));
        self.show(key, shown);
        text
    }

    pub(in crate::config) fn string(&mut self, key: &'static str, default: &str) -> String {
        self.optional_string(key, Some(default)).unwrap_or_default()
    }

    /// Reads a secret: any scalar is accepted, and never shown in a problem.
    pub(in crate::config) fn secret(&mut self, key: &'static str) -> Option<SecretString> {
        let text = self.read_text(key, is_text, as_text, "write a string");
        let shown = if text.is_some() {
            "[redacted]"
        } else {
            "(not set)"
        };
        self.show(key, shown.to_owned());
        text.map(SecretString::from)
    }

    pub(in crate::config) fn secrets(&mut self, key: &'static str) -> Vec<SecretString> {
        let secrets = self.list(key, "[\"..\", \"..\"]");
        let shown = format!("[{} redacted]", secrets.len());
        self.show(key, shown);
        secrets.into_iter().map(SecretString::from).collect()
    }

    pub(in crate::config) fn texts(&mut self, key: &'static str, example: &str) -> Vec<String> {
        let texts = self.list(key, example);
        self.show(key, format!("{texts:?}"));
        texts
    }

    fn list(&mut self, key: &'static str, example: &str) -> Vec<String> {
        let expected = format!("write a list of strings, like {example}");
        self.read_text(key, are_texts, as_texts, &expected)
            .unwrap_or_default()
    }

    pub(in crate::config) fn bool(&mut self, key: &'static str, default: bool) -> bool {
        let flag = self.read(key, Value::to_bool, "write true or false");
        let flag = flag.unwrap_or(default);
        self.show(key, flag.to_string());
        flag
    }

    pub(in crate::config) fn number(
        &mut self,
        key: &'static str,
        default: u32,
        range: std::ops::RangeInclusive<u32>,
    ) -> u32 {
        let expected = format!("write a number from {} to {}", range.start(), range.end());
        let parse = |value: &Value| {
            let number = as_whole(value).and_then(|n| u32::try_from(n).ok());
            number.filter(|n| range.contains(n))
        };
        let number = self.read(key, parse, &expected).unwrap_or(default);
        self.show(key, number.to_string());
        number
    }

    /// Reads a duration like `"15m"`, `"30d"` or `"1h 30m"`.
    pub(in crate::config) fn duration(
        &mut self,
        key: &'static str,
        default: &str,
        least: &str,
        most: &str,
    ) -> TimeDelta {
        let range = parse_span(least)..=parse_span(most);
        let parse = |value: &Value| {
            let span = humantime::parse_duration(value.as_str()?).ok()?;
            Some(span).filter(|span| range.contains(span))
        };
        let expected =
            format!("write a duration from \"{least}\" to \"{most}\", like \"{default}\"");
        let span = self.read(key, parse, &expected);
        let span = span.unwrap_or_else(|| parse_span(default));
        self.show(key, format!("\"{}\"", in_one_unit(span)));
        TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX)
    }

    pub(in crate::config) fn choice<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
        default: T,
    ) -> T {
        let names: Vec<_> = choices
            .iter()
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        let expected = format!("write one of {}", names.join(", "));
        let parse = |value: &Value| {
            let text = value.as_str()?;
            let chosen = choices.iter().find(|(name, _)| *name == text);
            chosen.map(|(_, choice)| *choice)
        };
        let chosen = self.read(key, parse, &expected).unwrap_or(default);
        let name = choices.iter().find(|(_, choice)| *choice == chosen);
        self.show(key, format!("\"{}\"", name.map_or("", |(name, _)| name)));
        chosen
    }
}
