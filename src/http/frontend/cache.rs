//! How long a browser may keep a file, and how it asks whether it is still good (RFC 9111, RFC
//! 9110 section 13).

use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

use rocket::Request;
use rocket::http::Header;

/// The build gives changed content another name, so nobody ever asks for this name again.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Kept, but asked about each time: a new build is seen at once.
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

    /// Whether the browser holds this state already (`If-None-Match`, compared weakly).
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

/// Whether the name carries a hash of the content, as bundlers write it: `main.8f3a2c1d.js` anywhere,
/// `index-BfX3k2aQ.js` below a folder `assets` or `immutable`. A hash that is not recognised costs
/// a question; a name that only looks like one would be kept for a year, so doubt means no.
fn is_hashed(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let has = |part: &str, of: fn(&u8) -> bool| part.bytes().any(|byte| of(&byte));
    let is_hex = |part: &str| {
        part.len() >= 8
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && has(part, u8::is_ascii_digit)
            && has(part, u8::is_ascii_lowercase)
    };
    let is_base64 = |part: &str| {
        part.len() == 8
            && part.bytes().all(|b| b.is_ascii_alphanumeric())
            && has(part, u8::is_ascii_digit)
            && has(part, u8::is_ascii_lowercase)
            && has(part, u8::is_ascii_uppercase)
    };
    let is_output = path
        .components()
        .any(|part| part.as_os_str() == "assets" || part.as_os_str() == "immutable");
    // The first part is the name that a person gave.
    let mut parts = name.split(['.', '-']).skip(1);
    parts.any(|part| is_hex(part) || (is_output && is_base64(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_bundlers_are_recognised() {
        for hashed in [
            "static/js/main.8f3a2c1d.js",
            "static/js/787.28cb0dcd.chunk.js",
            "assets/index-BfX3k2aQ.js",
            "_app/immutable/entry/start.D4c2qP1x.js",
            "main.0123456789abcdef0123.css",
        ] {
            assert!(is_hashed(Path::new(hashed)), "{hashed}");
        }
    }

    #[test]
    fn names_that_people_give_are_not() {
        for plain in [
            "index.html",
            "assets/logo.svg",
            "assets/index.js",
            "assets/index-release.js",
            "assets/jquery-3.7.1.min.js",
            "photo-20240101.jpg",
            "my-Logo2024.png",
            "deadbeef1.js",
            "service-worker.js",
            "facade.js",
        ] {
            assert!(!is_hashed(Path::new(plain)), "{plain}");
        }
    }
}
