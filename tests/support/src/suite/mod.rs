//! The harness of the suites whose cases need more than every machine has: what cannot run is shown
//! as ignored with the reason, and each case says how much of the machine it takes.

mod case;
mod load;

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};

pub use case::{Case, is_root};
pub use load::Load;
use load::Slots;

/// The cases of a test binary.
pub struct Suite {
    arguments: Arguments,
    slots: Arc<Slots>,
    trials: Vec<Trial>,
}

impl Default for Suite {
    fn default() -> Self {
        Self::new()
    }
}

impl Suite {
    /// An empty suite that runs as the arguments of this process say.
    ///
    /// Without `--test-threads` there are two slots for each core, of which a case takes as many as its
    /// [`Load`] says. With it, each case takes one slot of so many.
    pub fn new() -> Self {
        let mut arguments = Arguments::from_args();
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let slots = match arguments.test_threads {
            Some(threads) => Slots::new(threads, 1),
            None => Slots::new(2 * cores, 2),
        };
        arguments.test_threads.get_or_insert(2 * cores);
        Self {
            arguments,
            slots: Arc::new(slots),
            trials: Vec::new(),
        }
    }

    /// Adds cases under their own names.
    pub fn add(&mut self, load: Load, cases: impl IntoIterator<Item = Case>) {
        for case in cases {
            self.trials.push(case.into_trial(load, &self.slots));
        }
    }

    /// Adds cases as `group::name`.
    pub fn group(&mut self, load: Load, group: &str, cases: impl IntoIterator<Item = Case>) {
        let cases = cases.into_iter().map(|case| case.within(group));
        self.add(load, cases);
    }

    /// Runs what the arguments of this process select.
    pub fn run(self) -> ExitCode {
        libtest_mimic::run(&self.arguments, self.trials).exit_code()
    }
}
