//! The real binary on one port and one database through all its lives.

use accounts_testkit::{Backend, Place, Service, place};

pub(crate) struct Server {
    place: Place,
    port: u16,
    service: Option<Service>,
}

impl Server {
    pub(crate) fn start(backend: Backend) -> Self {
        let place = place!()
            .on(backend)
            .cheap_hashing()
            .set("ROCKET_WORKERS", "2")
            .set("ACCOUNTS_THROTTLE__ENABLED", "false");
        let service = place.serve();
        Self {
            port: service.address().port(),
            service: Some(service),
            place,
        }
    }

    /// The address of the routes.
    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}/accounts", self.port)
    }

    pub(crate) fn kill(&mut self) {
        if let Some(service) = self.service.take() {
            service.kill();
        }
    }

    pub(crate) fn start_again(&mut self) {
        self.service = Some(self.place.serve_on(self.port));
    }
}
