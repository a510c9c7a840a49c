//! The real binary as its operators, browsers and proxies meet it, in one group for each subject:
//! `cargo test --test service cli::`.
//!
//! Postgres is taken from `TEST_POSTGRES_URL`, the URL of a role that may create schemas. What cannot run
//! on this machine is shown as ignored with the reason, and fails if it is asked for all the same.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod caddy;
mod cli;
mod frontend;
mod keys;
mod nginx;
mod operator;
mod ops;
mod production;
mod replicas;

use std::process::ExitCode;

use accounts_testkit::{Load, Suite};

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite.group(Load::Computing, "cli", cli::cases());
    suite.group(Load::Computing, "operator", operator::cases());
    suite.group(Load::Computing, "keys", keys::cases());
    suite.group(Load::Computing, "ops", ops::cases());
    suite.group(Load::Computing, "frontend", frontend::cases());
    suite.group(Load::Waiting, "replicas", replicas::cases());
    suite.group(Load::Waiting, "production", production::cases());
    suite.group(Load::Waiting, "nginx", nginx::cases());
    suite.group(Load::Waiting, "caddy", caddy::cases());
    suite.run()
}
