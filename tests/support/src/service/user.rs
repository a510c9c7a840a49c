//! Another user of the machine, for tests that root runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// An unprivileged user, with a copy of the binary it can execute.
#[derive(Debug)]
pub struct User {
    number: u32,
    folder: TempDir,
}

impl User {
    /// The user and the group with this id.
    pub fn new(number: u32, binary: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let user = Self { number, folder };
        // The build folder may be inaccessible to the user.
        if fs::hard_link(binary, user.binary()).is_err() {
            fs::copy(binary, user.binary()).unwrap();
        }
        user
    }

    /// The user's copy of the binary.
    pub fn binary(&self) -> PathBuf {
        self.folder.path().join("rocket-accounts")
    }

    /// Makes the user the owner of a file or a folder.
    pub fn own(&self, path: &Path) {
        chown(path, Some(self.number), Some(self.number)).unwrap();
    }

    /// Runs `command` as the user, without the groups of this process.
    pub fn run(&self, command: &mut Command) {
        command.uid(self.number).gid(self.number);
    }
}
