//! Section `csrf`: which pages may send unsafe requests.

use super::origin::{self, Origin};
use crate::config::reader::Reader;

/// Cross-site request forgery checks.
#[derive(Debug, Clone)]
pub struct CsrfSettings {
    /// Origins beside the public one whose pages may send unsafe requests.
    pub trusted_origins: Vec<Origin>,
    /// Refuse unsafe requests that carry neither `Origin` nor `Sec-Fetch-Site`, as programs send.
    pub require_origin: bool,
}

impl CsrfSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            trusted_origins: origin::read_list(reader, "csrf.trusted_origins"),
            require_origin: reader.bool("csrf.require_origin", false),
        }
    }
}
