//! What was recorded.

use std::collections::BTreeMap;
use std::path::Path;

use accounts_testkit::Backend;
use chrono::{DateTime, Utc};
use serde::Deserialize;

pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// What `alan` has changed it to.
pub(crate) const CHANGED: &str = "a much better pass phrase";

/// Names and values.
pub(crate) type Cookies = BTreeMap<String, String>;

/// A database, and the browsers that had sessions in it.
#[derive(Deserialize)]
pub(crate) struct Record {
    #[serde(with = "chrono::serde::ts_seconds")]
    pub(crate) at: DateTime<Utc>,
    pub(crate) key: String,
    pub(crate) algorithm: String,
    /// Whose sessions go on, by what was done with them.
    pub(crate) live: BTreeMap<String, Cookies>,
    /// Whose sessions are over or are ended by the next refresh.
    pub(crate) over: BTreeMap<String, Cookies>,
    #[serde(skip)]
    pub(crate) dump: String,
}

impl Record {
    pub(crate) fn read(version: &str, backend: Backend) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/upgrades");
        let file = |ending: &str| {
            let file = folder.join(version).join(format!("{backend}.{ending}"));
            std::fs::read_to_string(file).unwrap()
        };
        let mut record: Self = serde_json::from_str(&file("json")).unwrap();
        record.dump = file("sql");
        record
    }
}
