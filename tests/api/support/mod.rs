//! An application in this process, browsers in front of it, and stores and sinks to look behind it.

mod answer;
mod app;
mod browser;
mod call;
mod intercepted_store;
mod recorded_events;
mod stores;

pub use answer::Answer;
pub use app::{PASSWORD, STRICT, TestApp, figment};
pub use browser::Browser;
pub use call::Call;
pub use intercepted_store::{ConcurrentChange, InterceptedStore, Step};
pub use recorded_events::RecordedEvents;
pub use stores::on;
pub(crate) use stores::on_every_store;
