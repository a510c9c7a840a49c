//! What a process holds, as the kernel counts it.

use std::fs;

use crate::fault_run::CONNECTIONS;

/// Open files, sockets included, and threads.
#[derive(Debug)]
pub(crate) struct Resources {
    files: usize,
    threads: usize,
}

impl Resources {
    pub(crate) fn of(pid: u32) -> Self {
        let count = |what: &str| fs::read_dir(format!("/proc/{pid}/{what}")).unwrap().count();
        Self {
            files: count("fd"),
            threads: count("task"),
        }
    }

    /// Whether a process that had only `first` when it began has lost nothing: a pool keeps its
    /// connections, on SQLite with three files and a thread each, reader and writer.
    pub(crate) fn fit_after(&self, first: &Self) -> bool {
        let connections = usize::try_from(CONNECTIONS).unwrap() + 1;
        self.files <= first.files + 3 * connections + 2
            && self.threads <= first.threads + connections + 4
    }
}
