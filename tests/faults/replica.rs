//! A process of the service that is started again on its port.

use std::time::Duration;

use accounts_testkit::{RunningService, TestService};
use serde_json::Value;

use crate::resources::Resources;
use crate::workload::Target;

/// A process that is started again on its port.
pub(crate) struct Replica {
    pub(crate) service: Option<RunningService>,
    variables: Vec<(String, String)>,
    port: u16,
    at_first: Resources,
    /// What its former lives said.
    log: String,
}

pub(crate) fn reuse_events(log: &str) -> Vec<String> {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let reuse = lines.filter(|line| line["event"] == "refresh_token_reuse");
    reuse
        .map(|line| line["user_id"].as_str().unwrap().to_owned())
        .collect()
}

impl Replica {
    pub(crate) fn start(fixture: &TestService, variables: Vec<(String, String)>) -> Self {
        let service = fixture.serve_on_with(0, &variables);
        Self {
            port: service.address().port(),
            at_first: Resources::of(service.pid()),
            service: Some(service),
            variables,
            log: String::new(),
        }
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.service.as_ref().unwrap().address()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.service.as_ref().unwrap().pid()
    }

    pub(crate) fn kill(&mut self) {
        self.log += &self.service.take().unwrap().kill();
    }

    pub(crate) fn start_again(&mut self, fixture: &TestService) {
        self.service = Some(fixture.serve_on_with(self.port, &self.variables));
    }

    /// I9: file descriptors and threads are back where they were, but for what the pool keeps.
    pub(crate) fn leaks(&self, target: &Target) -> Option<String> {
        let pid = self.service.as_ref().unwrap().pid();
        let mut now = Resources::of(pid);
        // Threads for blocking work end after ten seconds without any.
        for _ in 0..150 {
            if now.fit_after(&self.at_first) {
                return None;
            }
            std::thread::park_timeout(Duration::from_millis(100));
            now = Resources::of(pid);
        }
        let known = target.journal.now();
        Some(format!("I9 {now:?} after {:?} at {known}", self.at_first))
    }

    /// Stops it in good order.
    pub(crate) fn log_at_the_end(mut self) -> String {
        let (code, log) = self.service.take().unwrap().stop();
        assert_eq!(code, Some(0), "{log}");
        self.log + &log
    }
}
