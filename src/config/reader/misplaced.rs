//! Misplaced settings: Rocket treats a top-level table of `Rocket.toml` as a profile, so
//! `[accounts]` is the profile of that name and not the section.

use figment::value::{Dict, Value};
use figment::{Figment, Profile, Provider};

use super::report::Problem;
use super::sources::{self, SECTION};

/// Returns a problem if there is a profile with the name of the section, unless it is selected.
pub(in crate::config) fn section(figment: &Figment) -> Option<Problem> {
    let profile = Profile::new(SECTION);
    if figment.profile() == profile {
        return None;
    }
    let dict = figment.data().ok()?.remove(&profile)?;
    Some(Problem {
        key: format!("[{SECTION}]"),
        source: of_any_value(figment, &dict),
        what: "is a separate profile to Rocket, so none of its settings is read".to_owned(),
        fix: format!(
            "write {}, or a profile like release instead of default",
            sections(&dict).join(" and ")
        ),
    })
}

/// Returns the tables to write instead: the one of the section, and those below it.
fn sections(dict: &Dict) -> Vec<String> {
    let is_table = |value: &Value| matches!(value, Value::Dict(..));
    let has_values = dict.is_empty() || !dict.values().all(is_table);
    let own = has_values.then(|| format!("[default.{SECTION}]"));
    let tables = dict.iter().filter(|(_, value)| is_table(value));
    let tables = tables.map(|(name, _)| format!("[default.{SECTION}.{name}]"));
    own.into_iter().chain(tables).collect()
}

fn of_any_value(figment: &Figment, dict: &Dict) -> Option<String> {
    let value = dict.values().next()?;
    if let Value::Dict(_, inner) = value
        && !inner.is_empty()
    {
        return of_any_value(figment, inner);
    }
    figment.get_metadata(value.tag()).map(sources::of_metadata)
}
