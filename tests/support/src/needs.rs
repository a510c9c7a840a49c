//! Tests that some machines cannot run.

use libtest_mimic::Trial;

use crate::Backend;

/// What a trial needs of the machine.
pub trait Needs: Sized {
    /// Shown as ignored, with the reason in front of its name, where `what` is not there.
    fn needs(self, what: &str, is_there: bool) -> Self;

    /// The same for the server behind a backend.
    fn needs_backend(self, backend: Backend) -> Self {
        self.needs("TEST_POSTGRES_URL", backend.is_there())
    }
}

/// Whether this process may act for every user.
pub fn is_root() -> bool {
    let mine = std::fs::metadata("/proc/self");
    mine.is_ok_and(|mine| std::os::unix::fs::MetadataExt::uid(&mine) == 0)
}

impl Needs for Trial {
    fn needs(self, what: &str, is_there: bool) -> Self {
        if is_there {
            return self;
        }
        // The first reason is enough.
        let kind = if self.kind().is_empty() {
            format!("needs {what}")
        } else {
            self.kind().to_owned()
        };
        self.with_kind(kind).with_ignored_flag(true)
    }
}
