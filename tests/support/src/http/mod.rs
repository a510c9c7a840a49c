//! HTTP as bytes: requests, answers, connections, and a browser's cookie jar.

mod actions;
mod answer;
mod browser;
mod connection;
mod request;
mod tls;

pub use answer::{Answer, SetCookie};
pub use browser::{Browser, REFRESH_PATHS};
pub use connection::Connection;
pub use request::{Client, Request};
pub use tls::Tls;
