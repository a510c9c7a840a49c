//! A built front end at `/`: the setting `frontend`.
//!
//! An existing file is served. Otherwise a browser that navigates to a page gets `index.html`,
//! whose router knows what the path means, dots included; a missing script, style or picture is
//! 404, because a page in its place only hides the fault. Other routes take precedence, and paths
//! below the base path are not served here.

mod cache;
mod content_hash;
mod headers;
mod open;
mod path;

use std::io;
use std::path::{Path, PathBuf};

use rocket::http::{ContentType, Header, Method, Status};
use rocket::response::{Responder, Response};
use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Route};
use tokio::fs::File;

use super::policy::is_below;
use super::response::ApiError;
use crate::config::Settings;
use cache::Freshness;
pub(super) use headers::PageHeaders;
use open::open_within;

/// After every route that a host application is likely to have, its own file server included.
const RANK: isize = 20;

/// `Content-Security-Policy` unless `frontend_csp` is set. Built front ends bring their scripts as
/// files, but many write styles into the document (OWASP Content Security Policy Cheat Sheet).
const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                   img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; \
                   base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// Returns the routes of the configured front end; none without one.
pub(super) fn routes(settings: &Settings) -> Vec<Route> {
    let Some(frontend) = &settings.frontend else {
        return Vec::new();
    };
    let handler = Frontend {
        folder: frontend.folder.clone(),
        base: settings.base.clone(),
        headers: PageHeaders::new(settings, frontend.csp.as_deref().unwrap_or(CSP)),
    };
    let mut route = Route::ranked(RANK, Method::Get, "/<path..>", handler);
    route.name = Some("front end".into());
    vec![route]
}

/// The folder, and how its files are served.
#[derive(Debug, Clone)]
struct Frontend {
    folder: PathBuf,
    base: String,
    headers: PageHeaders,
}

/// A file to be served.
struct Found {
    file: File,
    path: PathBuf,
    /// Whether it is the start page for a path that has no file.
    is_fallback: bool,
}

#[rocket::async_trait]
impl Handler for Frontend {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        if is_below(request.uri().path().as_str(), &self.base) {
            return Outcome::forward(data, Status::NotFound);
        }
        let answered = match self.find(request).await {
            Ok(Some(found)) => self.answer(found, request).await,
            Ok(None) => return Outcome::forward(data, Status::NotFound),
            Err(error) => Err(error),
        };
        match answered {
            Ok(response) => Outcome::Success(response),
            Err(error) => {
                tracing::error!(cause = %error, "a file of the front end cannot be read");
                Outcome::error(ApiError::Unavailable.answer().0)
            }
        }
    }
}

impl Frontend {
    async fn open(&self, path: PathBuf) -> io::Result<Option<Found>> {
        let file = open_within(&self.folder, &path).await?;
        Ok(file.map(|file| Found {
            file,
            path,
            is_fallback: false,
        }))
    }

    async fn find(&self, request: &Request<'_>) -> io::Result<Option<Found>> {
        let Some(requested) = path::of_file(request) else {
            return Ok(None);
        };
        let path = self.folder.join(&requested);
        let index = path.join("index.html");
        for candidate in [path, index] {
            if let Some(found) = self.open(candidate).await? {
                return Ok(Some(found));
            }
        }
        if !path::is_of_router(&requested, request) {
            return Ok(None);
        }
        let index = self.open(self.folder.join("index.html")).await?;
        Ok(index.map(|found| Found {
            is_fallback: true,
            ..found
        }))
    }

    async fn answer<'r>(&self, found: Found, request: &'r Request<'_>) -> io::Result<Response<'r>> {
        let path = found.path.strip_prefix(&self.folder);
        let path = path.unwrap_or(&found.path).to_owned();
        let freshness = Freshness::of(&path, &found.file.metadata().await?);
        let mut response = if freshness.is_known_to(request) {
            Response::build().status(Status::NotModified).finalize()
        } else {
            let file = found.file.respond_to(request);
            let mut response = file.map_err(|_| io::Error::other("no response"))?;
            response.set_header(content_type(&path));
            response
        };
        for header in freshness.headers() {
            response.set_header(header);
        }
        if found.is_fallback {
            response.set_header(Header::new("Vary", "Accept, Sec-Fetch-Mode"));
        }
        self.headers.set(&mut response);
        Ok(response)
    }
}

/// Returns the content type by the file's extension. There is always one, because of `nosniff`.
fn content_type(path: &Path) -> ContentType {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some("js" | "mjs") => javascript(),
        Some("map") => ContentType::JSON,
        Some("webmanifest") => ContentType::new("application", "manifest+json"),
        Some(extension) => ContentType::from_extension(extension).unwrap_or(ContentType::Binary),
        None => ContentType::Binary,
    }
}

/// Returns the type of scripts with its charset, which Rocket's own constant leaves out.
pub(super) fn javascript() -> ContentType {
    ContentType::new("text", "javascript").with_params(("charset", "utf-8"))
}
