//! A front end as bundlers write it, and whether a proxy serves it as the service does.

use std::path::Path;

use crate::{Answer, Request};

/// Writes the files of a front end below `folder`.
pub fn write_front_end(folder: &Path) {
    for (file, text) in [
        ("index.html", "<!doctype html><title>front end</title>"),
        ("docs/index.html", "<!doctype html><title>documents</title>"),
        ("assets/index-BfX3k2aQ.js", "export {};"),
        ("assets/index-release.js", "export {};"),
        ("assets/index.js", "export {};"),
        (
            "assets/logo.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
        ),
        ("assets/my-Logo2024.png", "png"),
        ("assets/style.css", "body {}"),
        ("_app/immutable/entry/start.D4c2qP1x.js", "export {};"),
        ("index-BfX3k2aQ.js", "export {};"),
        ("static/js/main.8f3a2c1d.js", "export {};"),
        ("static/js/short.1a2b3c.js", "export {};"),
        ("static/js/787.28cb0dcd.chunk.js", "export {};"),
        ("deadbeef1.js", "export {};"),
        ("photo-20240101.jpg", "jpg"),
        ("photo-20240101b.jpg", "jpg"),
        ("assets/logo-Winter25.png", "png"),
        ("assets/logo-Winter25.js", "export {};"),
        ("assets/logo-Day3Pic7.png", "png"),
        ("assets/report-Q3Report.js", "export {};"),
        ("assets/chunk-VERSION2.js", "export {};"),
        ("assets/index-BfX_k2aQ.css", "body {}"),
        ("assets/index-BfX3k2aQ.html", "<!doctype html>"),
        ("catalog-decade24.png", "png"),
        ("static/js/main.8f3a2c1d.js.map", "{}"),
        ("static/media/logo.6ce24c58023cc2f8fd88.svg", "<svg/>"),
        ("chunk-IHZ6HPJC.js", "export {};"),
        ("8f3a2c1d.js", "export {};"),
        ("page.8f3a2c1d.html", "<!doctype html>"),
        (".well-known/security.txt", "Contact: mailto:it@app.example"),
        (".well-known/apple-app-site-association", "{}"),
        (".well-known/.hidden", "canary"),
        ("docs/.well-known/security.txt", "canary"),
        (".well-knownx/x.txt", "canary"),
        ("app.wasm", "wasm"),
        ("app.webmanifest", "{}"),
        ("LICENCE", "free"),
        (".env", "SECRET=canary"),
        (".git/config", "canary"),
    ] {
        let file = folder.join(file);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(file, text).unwrap();
    }
}

/// Paths of files, of the front end's router, and of what is missing or hidden.
const PATHS: [&str; 59] = [
    "/",
    "/index.html",
    "/docs",
    "/docs/",
    "/docs/index.html",
    "/assets/index-BfX3k2aQ.js",
    "/assets/index-release.js",
    "/assets/index.js",
    "/assets/index.js?v=1",
    "/assets/logo.svg",
    "/assets/my-Logo2024.png",
    "/assets/style.css",
    "/_app/immutable/entry/start.D4c2qP1x.js",
    "/index-BfX3k2aQ.js",
    "/static/js/main.8f3a2c1d.js",
    "/static/js/short.1a2b3c.js",
    "/static/js/787.28cb0dcd.chunk.js",
    "/deadbeef1.js",
    "/photo-20240101.jpg",
    "/app.wasm",
    "/LICENCE",
    "/notes",
    "/notes/7",
    "/notes/7/",
    "/assets",
    "/assets/x.js",
    "/assets/gone-BfX3k2aQ.js",
    "/static/js/main.00000bad.js",
    "/notes/7.png",
    "/notes/7.png/",
    "/.env",
    "/.git/config",
    "/photo-20240101b.jpg",
    "/assets/logo-Winter25.png",
    "/assets/logo-Winter25.js",
    "/assets/logo-Day3Pic7.png",
    "/assets/report-Q3Report.js",
    "/assets/chunk-VERSION2.js",
    "/assets/index-BfX_k2aQ.css",
    "/assets/index-BfX3k2aQ.html",
    "/catalog-decade24.png",
    "/static/js/main.8f3a2c1d.js.map",
    "/static/media/logo.6ce24c58023cc2f8fd88.svg",
    "/chunk-IHZ6HPJC.js",
    "/8f3a2c1d.js",
    "/page.8f3a2c1d.html",
    "/.well-known/security.txt",
    "/%2ewell-known/security.txt",
    "/.well-known/apple-app-site-association",
    "/.well-known/change-password",
    "/.well-known/",
    "/.well-known",
    "/.well-known/.hidden",
    "/.well-knownx/x.txt",
    "/docs/.well-known/security.txt",
    "/users/jane.doe",
    "/users/jane.doe/",
    "/versions/1.2",
    "/users/.doe",
];

/// Extensions whose missing files are a 404 for every request.
const STATIC: &str = "js mjs cjs css map json wasm webmanifest xml txt html htm pdf ico svg png jpg jpeg \
                      gif webp avif bmp woff woff2 ttf otf eot mp3 mp4 ogg webm wav mov zip gz PNG";

/// Who asks: a person who navigates, by either header, a script, and something that says nothing.
const ASKING: [&[(&str, &str)]; 4] = [
    &[("Sec-Fetch-Mode", "navigate"), ("Accept", "*/*")],
    &[("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")],
    &[("Sec-Fetch-Mode", "cors"), ("Accept", "text/html")],
    &[],
];

/// Headers of files that are equal from both servers.
const COMPARED: [&str; 9] = [
    "cache-control",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "referrer-policy",
    "set-cookie",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
];

/// Compares what the service and the proxy in front of it make of the same folder
/// ([`write_front_end`]), for files, paths of the router and what is missing.
#[track_caller]
pub fn compare_front_ends(
    service: impl Fn(&str, &str) -> Request,
    proxy: impl Fn(&str, &str) -> Request,
) {
    let mut found = 0;
    let missing = STATIC.split(' ').map(|it| format!("/notes/7.{it}"));
    // Who navigates shows most of them: nothing else makes a page of a path.
    let missing = missing.map(|path| (path, &ASKING[..1]));
    let paths = PATHS.iter().map(|path| ((*path).to_owned(), &ASKING[..]));
    for (path, asking) in &paths.chain(missing).collect::<Vec<_>>() {
        for headers in *asking {
            let add = |request: Request| {
                let add = |it: Request, (name, value): &(&str, &str)| it.header(name, value);
                headers.iter().fold(request, add).send()
            };
            let (expected, came) = (add(service("GET", path)), add(proxy("GET", path)));
            assert_eq!(
                came.status, expected.status,
                "{path}, {headers:?}: {came:#?}"
            );
            if expected.status == 200 {
                found += 1;
                expect_same_file(&came, &expected, &format!("{path}, {headers:?}"));
            } else {
                // Each has its own words for it.
                assert!(!came.text.contains("front end"), "{path}: {came:#?}");
                assert!(!came.text.contains("canary"), "{path}: {came:#?}");
                let kept = came.header("cache-control");
                assert!(kept.is_none_or(|it| it == "no-store"), "{path}: {came:#?}");
            }
        }
    }
    assert!(found > PATHS.len(), "{found} files of {}", PATHS.len());
}

#[track_caller]
fn expect_same_file(came: &Answer, expected: &Answer, what: &str) {
    assert_eq!(came.text, expected.text, "{what}");
    for name in COMPARED {
        let of = |answer: &Answer| {
            let values: Vec<_> = answer.headers_named(name).map(str::to_owned).collect();
            values
        };
        assert_eq!(of(came), of(expected), "{name} of {what}");
    }
    // More would do no harm.
    let varies = |answer: &Answer, by: &str| {
        let mut by_header = answer.headers_named("vary");
        by_header.any(|value| value.contains(by))
    };
    for by in ["Accept", "Sec-Fetch-Mode"] {
        assert!(varies(came, by) || !varies(expected, by), "Vary of {what}");
    }
    // Developer tools read source maps, whatever their type.
    if !what.contains(".map,") {
        assert_eq!(kind(came), kind(expected), "{what}");
    }
}

/// The type without its parameters: both names of JavaScript are one (RFC 9239), and none is that of
/// bytes, where browsers may not guess.
fn kind(answer: &Answer) -> &str {
    let header = answer.header("content-type").unwrap_or_default();
    match header.split(';').next() {
        Some("application/javascript") => "text/javascript",
        None | Some("") => "application/octet-stream",
        Some(kind) => kind,
    }
}
