//! A sink that records the security events of an application.

use std::sync::{Arc, Mutex};

use rocket_accounts::Accounts;
use rocket_accounts::auth::{EventSink, SecurityEvent};

use crate::support::TestApp;

/// The events that were recorded so far.
#[derive(Debug, Clone, Default)]
pub struct RecordedEvents(Arc<Mutex<Vec<SecurityEvent>>>);

impl EventSink for RecordedEvents {
    fn record(&self, event: &SecurityEvent) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl RecordedEvents {
    pub async fn app(&self, settings: &str) -> TestApp {
        let builder = Accounts::builder().event_sink(self.clone());
        TestApp::built(settings, builder, |rocket| rocket).await
    }

    pub fn take(&self) -> Vec<SecurityEvent> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// Exactly one event happened since the last look.
    #[track_caller]
    pub fn expect_one(&self, name: &str) -> SecurityEvent {
        let [one] = self.expect_all([name]);
        one
    }

    /// Exactly these happened since the last look, in this order.
    #[track_caller]
    pub fn expect_all<const N: usize>(&self, names: [&str; N]) -> [SecurityEvent; N] {
        let events = self.take();
        let found: Vec<_> = events.iter().map(|event| event.kind.name()).collect();
        assert_eq!(found, names, "{events:#?}");
        events.try_into().unwrap()
    }
}
