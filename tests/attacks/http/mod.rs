//! HTTP itself: bytes, paths, methods and bodies.

mod body;
mod bytes;
mod connection;
mod path;
mod paths;

use crate::Cases;

pub(crate) fn add_to(cases: &mut Cases) {
    bytes::add_to(cases);
    connection::add_to(cases);
    path::add_to(cases);
    body::add_to(cases);
}
