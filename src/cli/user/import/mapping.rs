//! The identifier here of each user of the other program, for its foreign keys.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use rocket_accounts_core::domain::user::UserId;

/// A CSV file with a header, readable by this user alone, because it contains usernames. Rewritten
/// by each run, which processes every row again.
pub(super) struct Mapping {
    path: PathBuf,
    writer: csv::Writer<File>,
}

impl Mapping {
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path);
        let file = file.with_context(|| format!("{} cannot be written", path.display()))?;
        let mut mapping = Self {
            path: path.to_owned(),
            writer: csv::Writer::from_writer(file),
        };
        mapping.write(&["old_id", "user_id", "username"])?;
        Ok(mapping)
    }

    pub(super) fn note(&mut self, old_id: &str, id: UserId, name: &str) -> anyhow::Result<()> {
        self.write(&[old_id, &id.to_string(), name])
    }

    /// Flushes the file to disk.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let path = self.path.display().to_string();
        let file = self.writer.into_inner();
        let synced = file
            .map_err(anyhow::Error::new)
            .and_then(|file| Ok(file.sync_all()?));
        synced.with_context(|| format!("{path} cannot be written"))
    }

    fn write(&mut self, record: &[&str]) -> anyhow::Result<()> {
        let written = self.writer.write_record(record);
        written.with_context(|| format!("{} cannot be written", self.path.display()))
    }
}
