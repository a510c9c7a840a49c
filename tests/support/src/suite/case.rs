//! A test of a suite, and what it needs of the machine.

use std::sync::Arc;

use libtest_mimic::Trial;

use super::load::{Load, Slots};
use crate::Backend;

/// A named test. It fails by a panic.
pub struct Case {
    name: String,
    missing: Option<String>,
    run: Box<dyn FnOnce() + Send>,
}

impl Case {
    /// A case that needs nothing.
    pub fn new(name: impl Into<String>, run: impl FnOnce() + Send + 'static) -> Self {
        Self {
            name: name.into(),
            missing: None,
            run: Box::new(run),
        }
    }

    /// A case on a store, as `store::name`.
    pub fn on(backend: Backend, name: &str, run: fn(Backend)) -> Self {
        Self::new(format!("{backend}::{name}"), move || run(backend)).needs_backend(backend)
    }

    /// The same case as `group::name`.
    pub fn within(mut self, group: &str) -> Self {
        self.name = format!("{group}::{}", self.name);
        self
    }

    /// Shows the case as ignored, with the reason in front of its name, where `what` is not there.
    pub fn needs(mut self, what: &str, is_available: bool) -> Self {
        // The first reason is enough.
        if !is_available && self.missing.is_none() {
            self.missing = Some(format!("needs {what}"));
        }
        self
    }

    /// The same for the server behind a store.
    pub fn needs_backend(self, backend: Backend) -> Self {
        self.needs("TEST_POSTGRES_URL", backend.is_available())
    }

    /// Shows the case as ignored, unless ignored ones are asked for: it takes too long for every run.
    pub fn is_slow(mut self) -> Self {
        self.missing = Some("slow".to_owned());
        self
    }

    pub(super) fn into_trial(self, load: Load, slots: &Arc<Slots>) -> Trial {
        let (run, slots) = (self.run, Arc::clone(slots));
        let trial = Trial::test(self.name, move || {
            let _taken = slots.take(load);
            run();
            Ok(())
        });
        match self.missing {
            Some(missing) => trial.with_kind(missing).with_ignored_flag(true),
            None => trial,
        }
    }
}

/// Whether this process may act for every user.
pub fn is_root() -> bool {
    let mine = std::fs::metadata("/proc/self");
    mine.is_ok_and(|mine| std::os::unix::fs::MetadataExt::uid(&mine) == 0)
}

/// The functions of these names as cases.
#[macro_export]
macro_rules! cases {
    ($($test:ident),+ $(,)?) => {
        vec![$($crate::Case::new(stringify!($test), $test)),+]
    };
}

/// The same for functions that are `async`.
#[macro_export]
macro_rules! async_cases {
    ($($test:ident),+ $(,)?) => {
        vec![$($crate::Case::new(stringify!($test), || $crate::block_on($test()))),+]
    };
}

/// Each function as a case on each of its stores.
#[macro_export]
macro_rules! cases_on {
    ($($test:ident on $backends:expr),+ $(,)?) => {{
        let mut cases = Vec::new();
        $(for backend in $backends {
            cases.push($crate::Case::on(backend, stringify!($test), $test));
        })+
        cases
    }};
}

/// The cases of each of these modules, as `module::name`.
#[macro_export]
macro_rules! cases_of {
    ($($module:ident),+ $(,)?) => {{
        let mut cases = Vec::new();
        $(cases.extend($module::cases().into_iter().map(|case| {
            $crate::Case::within(case, stringify!($module))
        }));)+
        cases
    }};
}
