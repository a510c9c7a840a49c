//! Section `password`: rules for new passwords and the cost of hashing.

use crate::config::reader::Reader;
use rocket_accounts_core::crypto::password::{HashingOptions, ImportedCost};

/// Lowest costs, as (memory in KiB, iterations): the equivalents of the OWASP Password Storage
/// Cheat Sheet. Any of them is sufficient.
const MIN_COSTS: [(u32, u32); 3] = [(19 * 1024, 2), (46 * 1024, 1), (12 * 1024, 3)];

/// Passwords.
#[derive(Debug, Clone)]
pub struct PasswordSettings {
    /// The minimum length of a new password, in characters.
    pub min_length: u32,
    /// Cost and queue of hashing.
    pub hashing: HashingOptions,
}

impl PasswordSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let defaults = HashingOptions::default();
        let memory_kib = reader.number("password.memory_kib", defaults.memory_kib, 8..=524_288);
        let iterations = reader.number("password.iterations", defaults.iterations, 1..=64);
        let parallelism = reader.number("password.parallelism", defaults.parallelism, 1..=16);
        let wait = reader.duration("password.wait", "2s", "10ms", "4s");
        let slots = reader.number("password.slots", 0, 0..=1024);
        let queue = reader.number("password.queue", 16, 0..=100_000);
        let allow_cheap = reader.bool("password.allow_insecure_cost", false);

        let imported_cost = read_imported_cost(reader);

        let meets = |(memory, rounds)| memory_kib >= memory && iterations >= rounds;
        if !MIN_COSTS.into_iter().any(meets) && !allow_cheap {
            reader.problem(
                "password.memory_kib",
                "is too low together with accounts.password.iterations to slow down guessing",
                "use at least 19456 with 2 iterations (OWASP Password Storage Cheat Sheet)",
            );
        }
        if allow_cheap && reader.is_release() {
            reader.problem(
                "password.allow_insecure_cost",
                "is true in the release profile",
                "remove it; it is for tests",
            );
        }
        if memory_kib < 8 * parallelism {
            reader.problem(
                "password.memory_kib",
                "is less than 8 KiB for each of accounts.password.parallelism",
                "raise it",
            );
        }
        let hashing = HashingOptions {
            memory_kib,
            iterations,
            parallelism,
            slots: slots as usize,
            queue: queue as usize,
            wait: wait.to_std().unwrap_or(defaults.wait),
            imported_cost,
        };
        if memory_kib >= 8 * parallelism && !hashing.is_affordable() {
            reader.problem(
                "password.memory_kib",
                "times accounts.password.iterations is more work than one login may take",
                "keep memory in KiB times iterations at 2097152 (2 GiB) or less",
            );
        }
        Self {
            min_length: reader.number("password.min_length", 12, 8..=64),
            hashing,
        }
    }
}

/// Reads the cost of imported hashes. See `docs/moving-from-django.md`; `user import` prints the
/// value.
fn read_imported_cost(reader: &mut Reader<'_>) -> Option<ImportedCost> {
    let text = reader.optional_string("password.imported_cost", None)?;
    let cost = text.parse().ok();
    if cost.is_none() {
        reader.problem(
            "password.imported_cost",
            "is not a supported password hash format and cost",
            "write the value that `user import` prints, like \"pbkdf2_sha256$1000000\"",
        );
    }
    cost
}
