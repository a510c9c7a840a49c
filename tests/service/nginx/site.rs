//! The service as it is deployed behind a proxy.

use accounts_testkit::{Backend, RunningService, TestService, test_service};

use super::process::Nginx;

/// Where pages of the shipped configurations come from.
pub(crate) const ORIGIN: &str = "https://app.example";

/// A release profile behind a proxy on this machine, with open registration.
pub(crate) fn test_service(backend: Backend) -> TestService {
    test_service!().behind_a_proxy(backend, ORIGIN)
}

/// One service, and nginx in front of it.
pub(crate) struct Site {
    pub(crate) nginx: Nginx,
    pub(crate) service: RunningService,
    pub(crate) fixture: TestService,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::start_changed(|_, text| text)
    }

    /// With the files of nginx changed.
    pub(crate) fn start_changed(spoil: impl Fn(&str, String) -> String) -> Self {
        let fixture = test_service(Backend::Sqlite);
        let service = fixture.serve();
        let changes = [("127.0.0.1:8000", service.address().to_string())];
        let nginx = Nginx::start_changed("proxy.conf", &changes, spoil);
        Self {
            nginx,
            service,
            fixture,
        }
    }
}
