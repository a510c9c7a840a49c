//! A file system that is full after a few megabytes.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Mounted on a folder of its own until it goes out of scope.
pub(crate) struct Tmpfs(TempDir);

impl Tmpfs {
    /// Whether this process may mount one.
    pub(crate) fn is_allowed() -> bool {
        Self::mount(1).is_some()
    }

    /// `None` where it is not allowed.
    pub(crate) fn mount(megabytes: u32) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let options = format!("size={megabytes}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]);
        let output = mount.arg(folder.path()).output().ok()?;
        output.status.success().then(|| Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the room that is left.
    pub(crate) fn fill(&self) {
        let mut ballast = File::create(self.path().join("ballast")).unwrap();
        let block = vec![7; 64 * 1024];
        while ballast.write_all(&block).is_ok() {}
        // The last few bytes too.
        while ballast.write_all(&block[..512]).is_ok() {}
    }

    /// Gives it back.
    pub(crate) fn clear(&self) {
        std::fs::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let mut unmount = Command::new("umount");
        let gone = unmount.arg("--lazy").arg(self.path()).status();
        assert!(gone.unwrap().success());
    }
}
