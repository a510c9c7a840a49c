//! Rocket's log out of the way.

use log::{LevelFilter, Log, Metadata, Record};

struct Nobody;

impl Log for Nobody {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn log(&self, _: &Record<'_>) {}

    fn flush(&self) {}
}

/// Keeps this process from logging. For suites that build many Rockets at the same time: each sets the
/// level of all of them while it is being built, whatever its own `log_level` is.
pub fn quiet() {
    // The first logger stays.
    if log::set_logger(&Nobody).is_ok() {
        log::set_max_level(LevelFilter::Off);
    }
}
