//! Names that hold a hash of the content, as bundlers write them: such a file never changes.
//!
//! A hash that is not recognised costs the browser a revalidation; a name that only looks like one
//! would be cached for a year, so a doubtful name is none. The examples for nginx and Caddy have
//! the same rule.

use std::path::{Component, Path};

/// Extensions that bundlers name by a hash of any kind.
const CODE: [&str; 6] = ["js", "mjs", "css", "wasm", "woff", "woff2"];
/// Extensions of files that people name themselves, in ways that look like Base64
/// (`logo-Day3Pic7.png`).
const MEDIA: [&str; 13] = [
    "svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "ttf", "otf", "eot", "mp4", "webm",
];

/// Returns whether the last part of the name, before its extension, is a hash:
///
/// - hexadecimal (webpack, Parcel): `main.8f3a2c1d.js`, `logo.6ce24c58023cc2f8fd88.svg`;
/// - Base32 (esbuild): `chunk-IHZ6HPJC.js`;
/// - Base64 (Vite, Rollup): `index-BfX3k2aQ.js`, below a folder `assets` or `immutable` alone.
pub(super) fn is_hashed(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let Some((hash, extension)) = name.and_then(last_part) else {
        return false;
    };
    let is_code = CODE.contains(&extension);
    let is_output = || {
        let mut parts = path.components().map(Component::as_os_str);
        parts.any(|part| part == "assets" || part == "immutable")
    };
    ((is_code || MEDIA.contains(&extension)) && is_hex(hash))
        || (is_code && (is_base32(hash) || (is_base64(hash) && is_output())))
}

/// Returns the part of a name where a hash would be, and the extension.
fn last_part(name: &str) -> Option<(&str, &str)> {
    let name = name.strip_suffix(".map").unwrap_or(name);
    let (stem, extension) = name.rsplit_once('.')?;
    let kinds = [".chunk", ".bundle", ".min"];
    let shorter = kinds.iter().find_map(|kind| stem.strip_suffix(kind));
    let (given, hash) = shorter.unwrap_or(stem).rsplit_once(['.', '-'])?;
    (!given.is_empty()).then_some((hash, extension))
}

/// Returns whether digits and letters alternate at least twice, unlike in `decade24` or
/// `20240101b`.
fn is_hex(part: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let is_one = |byte: u8| is_digit(byte) || (b'a'..=b'f').contains(&byte);
    let pairs = part.as_bytes().windows(2);
    let changes = pairs.filter(|pair| is_digit(pair[0]) != is_digit(pair[1]));
    matches!(part.len(), 8 | 16 | 20 | 32) && part.bytes().all(is_one) && changes.count() > 1
}

/// Returns whether there is a digit between letters, unlike in `VERSION2`.
fn is_base32(part: &str) -> bool {
    let is_one = |byte: u8| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte);
    part.len() == 8 && part.bytes().all(is_one) && has_inner_digit(part)
}

/// Returns whether there are letters of both cases, a digit between letters, and no word, unlike in
/// `Winter25`.
fn is_base64(part: &str) -> bool {
    let is_one = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let lower = |byte: &u8| byte.is_ascii_lowercase();
    part.len() == 8
        && part.bytes().all(is_one)
        && part.bytes().any(|byte| byte.is_ascii_uppercase())
        && part.bytes().any(|byte| lower(&byte))
        && has_inner_digit(part)
        && !part
            .as_bytes()
            .windows(4)
            .any(|four| four.iter().all(lower))
}

fn has_inner_digit(part: &str) -> bool {
    let inner = part.trim_matches(|c: char| c.is_ascii_digit());
    inner.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_bundlers_are_recognised() {
        for hashed in [
            "static/js/main.8f3a2c1d.js",
            "static/js/main.8f3a2c1d.js.map",
            "static/js/787.28cb0dcd.chunk.js",
            "static/media/logo.6ce24c58023cc2f8fd88.svg",
            "img/logo.82b9c7a5.png",
            "main.0123456789abcdef0123.css",
            "runtime.a5dd35324ddfd942bef1.js",
            "_next/static/chunks/main-6a0d1dd5c0a1a2b7.js",
            "assets/index-BfX3k2aQ.js",
            "assets/index-BfX_k2aQ.css",
            "assets/inter-latin-400-BfX3k2aQ.woff2",
            "_app/immutable/entry/start.D4c2qP1x.js",
            "chunk-IHZ6HPJC.js",
            "main-5QBB6R3V.js",
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
            "assets/logo-Winter25.png",
            "assets/logo-Winter25.js",
            "assets/logo-Day3Pic7.png",
            "assets/report-Q3Report.js",
            "assets/team-JaneDoe1.js",
            "assets/chunk-VERSION2.js",
            "assets/IMG_2024-IMG_2024.js",
            "assets/BfX3k2aQ.js",
            "assets/index-BfX3k2aQ.html",
            "assets/index-BfX3k2aQ.part.js",
            "index-BfX3k2aQ.js",
            "photo-20240101.jpg",
            "photo-20240101b.jpg",
            "catalog-decade24.png",
            "page.8f3a2c1d.html",
            "paper.8f3a2c1d.pdf",
            "photo-550e8400-e29b-41d4-a716-446655440000.jpg",
            "my-Logo2024.png",
            "deadbeef1.js",
            "8f3a2c1d.js",
            "service-worker.js",
            "facade.js",
        ] {
            assert!(!is_hashed(Path::new(plain)), "{plain}");
        }
    }
}
