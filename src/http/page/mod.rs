//! The page at `/` that `cargo run` shows: everything a front end does, to click through, with what
//! each call sent and got. Only the service has it, only in the profile debug, and only without a
//! front end of one's own. It signs in with the client that applications copy,
//! `examples/browser/accounts.js`.

use std::io::Cursor;

use rocket::http::{ContentType, Header, Method};
use rocket::response::Redirect;
use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Response, Route, uri};

use super::frontend::{PageHeaders, javascript};
use crate::config::Settings;

/// Stricter than for front ends in general: there is nothing inline.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   img-src 'self' data:; base-uri 'none'; form-action 'none'; \
                   frame-ancestors 'none'";

/// After the routes that the service has for something else.
const RANK: isize = 10;

/// The routes of the page.
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
    // Whoever opens what the log says is led here. A front end's own base has no page at all.
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
