//! The arguments of a suite that waits most of the time.

use std::num::NonZeroUsize;

use libtest_mimic::Arguments;

/// The arguments of this process, with two trials for each core if they do not say how many: those
/// of such a suite wait for timeouts, faults and other processes.
pub fn mostly_waiting() -> Arguments {
    let mut arguments = Arguments::from_args();
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    arguments.test_threads.get_or_insert(2 * cores);
    arguments
}
