//! What the path of a request means: a file, or a page of the front end's router.

use std::path::{Path, PathBuf};

use rocket::Request;

/// Files that any site may have to answer for, such as `security.txt` (RFC 8615).
const WELL_KNOWN: &str = ".well-known";

/// Extensions of files that a page loads or links to. A path with another extension may belong to
/// the router, such as `/users/jane.doe`.
const STATIC: [&str; 35] = [
    "js",
    "mjs",
    "cjs",
    "css",
    "map",
    "json",
    "wasm",
    "webmanifest",
    "xml",
    "txt",
    "html",
    "htm",
    "pdf",
    "ico",
    "svg",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "webp",
    "avif",
    "bmp",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "mp3",
    "mp4",
    "ogg",
    "webm",
    "wav",
    "mov",
    "zip",
    "gz",
];

/// Returns the path of a file below the folder. `None` if it leads out of the folder, has encoded
/// slashes, or contains a name that starts with a dot, except `.well-known` at the root.
pub(super) fn of_file(request: &Request<'_>) -> Option<PathBuf> {
    let segments = request.uri().path().segments();
    let mut names = segments.clone().enumerate();
    let is_hidden = names.any(|(at, name)| {
        let is_well_known = at == 0 && name == WELL_KNOWN;
        name.starts_with('.') && name != ".." && !is_well_known
    });
    let path = segments.to_path_buf(true).ok()?;
    (!is_hidden).then_some(path)
}

/// Returns whether the start page is served for a path that has no file: a user navigates to it,
/// and it does not name a static file. Paths below `.well-known` are requested by programs, which
/// expect a 404.
pub(super) fn is_of_router(path: &Path, request: &Request<'_>) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_named = |known: &&str| extension.is_some_and(|found| found.eq_ignore_ascii_case(known));
    !path.starts_with(WELL_KNOWN) && !STATIC.iter().any(is_named) && navigates(request)
}

/// Returns whether the request is a navigation, and not for a file of a page (Fetch Metadata;
/// `Accept` in its absence).
fn navigates(request: &Request<'_>) -> bool {
    let headers = request.headers();
    match headers.get_one("Sec-Fetch-Mode") {
        Some(mode) => mode == "navigate",
        None => headers
            .get("Accept")
            .any(|accept| accept.contains("text/html")),
    }
}
