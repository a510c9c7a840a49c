//! The demo page at `/` of `cargo run`: everything that a front end does, with the request and
//! response of each call. Only the service has it, only in the profile debug, and only without a
//! built front end. It signs in with the client that applications copy,
//! `examples/browser/accounts.js`.

use std::io::Cursor;

use rocket::http::{ContentType, Header, Method};
use rocket::response::Redirect;
use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Response, Route, uri};

use super::frontend::{PageHeaders, javascript};
use crate::config::Settings;

/// Stricter than for front ends in general: the page has nothing inline.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   img-src 'self' data:; base-uri 'none'; form-action 'none'; \
                   frame-ancestors 'none'";

/// After all other routes of the service.
const RANK: isize = 10;

/// Returns the routes of the page.
pub(crate) fn routes(settings: &Settings) -> Vec<Route> {
    let mut html = include_str!("index.html").to_owned();
    if !settings.openapi {
        html = html
            .lines()
            .filter(|line| !line.contains("<nav"))
            .fold(String::new(), |page, line| page + line + "\n");
    }
    let html = html.replace("/accounts", &settings.base);
    let client = include_str!("../../../examples/browser/accounts.js");
    let parts = [
        ("/", ContentType::HTML, html),
        ("/page.js", javascript(), include_str!("page.js").to_owned()),
        (
            "/calls.js",
            javascript(),
            include_str!("calls.js").to_owned(),
        ),
        (
            "/programs.js",
            javascript(),
            include_str!("programs.js").to_owned(),
        ),
        ("/accounts.js", javascript(), client.to_owned()),
        (
            "/page.css",
            ContentType::CSS,
            include_str!("page.css").to_owned(),
        ),
    ];
    let headers = PageHeaders::new(settings, CSP);
    let route = |(path, content_type, text)| {
        let part = Part {
            content_type,
            text,
            headers: headers.clone(),
        };
        Route::ranked(RANK, Method::Get, path, part)
    };
    let mut routes: Vec<_> = parts.into_iter().map(route).collect();
    // Users who open the URL in the log are redirected here. With base `/` there is no page.
    if settings.base != "/" {
        routes.push(Route::ranked(RANK, Method::Get, &settings.base, ToPage));
    }
    routes
}

/// From the base path to the page.
#[derive(Debug, Clone)]
struct ToPage;

#[rocket::async_trait]
impl Handler for ToPage {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        Outcome::from(request, Redirect::to(uri!("/")))
    }
}

/// A file of the page.
#[derive(Debug, Clone)]
struct Part {
    content_type: ContentType,
    text: String,
    headers: PageHeaders,
}

#[rocket::async_trait]
impl Handler for Part {
    async fn handle<'r>(&self, _: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        let body = Cursor::new(self.text.clone().into_bytes());
        let mut response = Response::build()
            .header(self.content_type.clone())
            .header(Header::new("Cache-Control", "no-cache"))
            .sized_body(self.text.len(), body)
            .finalize();
        self.headers.set(&mut response);
        Outcome::Success(response)
    }
}
