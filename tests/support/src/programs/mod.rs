//! Programs of others, and where they may listen.

mod front_end;
mod upstream_app;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU16, Ordering};

pub use front_end::{compare_front_ends, write_front_end};
pub use upstream_app::{UpstreamApp, header_spellings};

/// A program of the path or of `/usr/sbin`, if it is installed.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// A free port, below those that the system gives to clients.
pub fn free_port() -> u16 {
    static COUNT: AtomicU16 = AtomicU16::new(0);
    let mine = u16::try_from(std::process::id() * 32 % 12_000).unwrap();
    loop {
        let port = 20_000 + (mine + COUNT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
