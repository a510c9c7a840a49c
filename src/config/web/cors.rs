//! Section `cors`: which other origins' pages may read answers.

use super::origin::{self, Origin};
use crate::config::reader::Reader;

/// Cross-origin resource sharing (Fetch standard, "CORS protocol").
#[derive(Debug, Clone)]
pub struct CorsSettings {
    /// Origins beside the public one whose pages may use the API as the public origin's do. The
    /// CSRF checks trust them too, because they can read the CSRF token.
    pub allowed_origins: Vec<Origin>,
}

impl CorsSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            allowed_origins: origin::read_list(reader, "cors.allowed_origins"),
        }
    }
}
