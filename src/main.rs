//! The `rocket-accounts` service and its commands.

use std::process::ExitCode;

/// Argon2 and short-lived requests leave glibc's allocator with memory it does not give back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    rocket_accounts::cli::run()
}
