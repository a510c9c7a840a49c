//! The service as it is deployed behind a proxy.

use accounts_testkit::{Backend, Place, Service, place};

use super::process::Nginx;

/// Where pages of the shipped configurations come from.
pub(crate) const ORIGIN: &str = "https://app.example";

/// A release profile behind a proxy on this machine, where anybody may register.
pub(crate) fn place(backend: Backend) -> Place {
    place!().behind_a_proxy(backend, ORIGIN)
}

/// One service, and nginx in front of it.
pub(crate) struct Site {
    pub(crate) nginx: Nginx,
    pub(crate) service: Service,
    pub(crate) place: Place,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::start_changed(|_, text| text)
    }

    /// With the files of nginx changed.
    pub(crate) fn start_changed(spoil: impl Fn(&str, String) -> String) -> Self {
        let place = place(Backend::Sqlite);
        let service = place.serve();
        let changes = [("127.0.0.1:8000", service.address().to_string())];
        let nginx = Nginx::start_changed("proxy.conf", &changes, spoil);
        Self {
            nginx,
            service,
            place,
        }
    }
}
