//! How long a browser may cache a file, and how it revalidates it (RFC 9111, RFC 9110 section 13).

use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

use rocket::Request;
use rocket::http::Header;

use super::content_hash::is_hashed;

/// The build gives changed content another name, so the content under a name never changes.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Cached, but revalidated each time: a new build is visible at once.
const REVALIDATE: &str = "no-cache";

/// The state of a file.
pub(super) struct Freshness {
    tag: String,
    cache_control: &'static str,
}

impl Freshness {
    pub(super) fn of(path: &Path, metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let age = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let nanos = age.map_or(0, |age| age.as_nanos());
        Self {
            // Weak: two builds within the clock's tick could share it.
            tag: format!("W/\"{:x}-{nanos:x}\"", metadata.len()),
            cache_control: if is_hashed(path) {
                IMMUTABLE
            } else {
                REVALIDATE
            },
        }
    }

    /// Returns whether the browser already has this state (`If-None-Match`, compared weakly).
    pub(super) fn is_known_to(&self, request: &Request<'_>) -> bool {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let ours = opaque(&self.tag);
        let held = request.headers().get("If-None-Match");
        let mut tags = held.flat_map(|header| header.split(','));
        tags.any(|tag| tag.trim() == "*" || opaque(tag) == ours)
    }

    pub(super) fn headers(self) -> [Header<'static>; 2] {
        [
            Header::new("ETag", self.tag),
            Header::new("Cache-Control", self.cache_control),
        ]
    }
}
