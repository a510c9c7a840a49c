//! The real binary, run as an operator would: in a folder of its own, with an environment of its
//! own, on memory, SQLite or Postgres; and HTTP spoken to it byte by byte.
//!
//! ```text
//! let fixture = test_service!().on(Backend::Sqlite);
//! let service = fixture.serve();
//! let mut ada = service.browser();
//! ada.register("ada").expect(201);
//! ada.get("user/").expect(200);
//! ```
//!
//! A [`Suite`] shows the [`Case`]s that cannot run on this machine as ignored, with the reason. Nothing
//! here sleeps or knows a fixed port.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "a test that cannot go on has failed, and this is for tests alone"
)]

mod database;
mod http;
mod logging;
mod programs;
mod service;
mod suite;

pub use database::{Backend, DirectConnection, Postgres, Proxy, Schema, Wire, block_on};
pub use http::{Answer, Browser, Client, Connection, REFRESH_PATHS, Request, SetCookie, Tls};
pub use logging::quiet;
pub use programs::{
    UpstreamApp, compare_front_ends, free_port, header_spellings, program, write_front_end,
};
pub use service::{ClockSkew, Outcome, Preload, RunningService, TestService, User};
pub use suite::{Case, Load, Suite, is_root};

/// A password that every policy takes.
pub const PASSWORD: &str = "correct horse battery staple";

/// Where the front end of a [`TestService`] on a [`Backend`] is.
pub const ORIGIN: &str = "http://localhost:8000";

/// Longest wait for the binary to say something, or to answer.
pub const TIMEOUT: std::time::Duration = std::time::Duration::from_mins(1);

/// A [`TestService`] for the binary of the package whose test this is written in.
#[macro_export]
macro_rules! test_service {
    () => {
        $crate::TestService::new(env!("CARGO_BIN_EXE_rocket-accounts"))
    };
}
