//! The `rocket-accounts` service and its commands.

use std::process::ExitCode;

/// With Argon2 and short-lived requests, glibc's allocator keeps memory that it does not return to
/// the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    rocket_accounts::cli::run()
}
