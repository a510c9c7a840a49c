//! `openapi.json`, and Swagger UI at `docs/`; mounted only if the configuration says so.
//!
//! Everything that the page loads is compiled in. Its paths have a policy that allows it to load
//! and run that; all other responses keep the strict one.

use std::borrow::Cow;
use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Header};
use rocket::request::Request;
use rocket::response::{Responder, Response, Result};
use rocket::{Build, Rocket, State, get, routes};

use super::document::openapi;
use crate::config::Settings;
use crate::http::app_state::AppState;
use crate::http::request::forms::without_forms;
use crate::http::response::{ApiError, Rejection};

/// The document, and everything that Swagger UI needs to show it.
pub(crate) struct OpenApi {
    document: String,
    assets: Arc<utoipa_swagger_ui::Config<'static>>,
}

impl OpenApi {
    /// Mounts the routes, if they are switched on.
    pub(crate) fn fairing(settings: &Settings) -> AdHoc {
        let settings = settings.clone();
        AdHoc::try_on_ignite("rocket-accounts: description of the API", |rocket| async {
            if settings.openapi {
                Self::mount(rocket, settings)
            } else {
                Ok(rocket)
            }
        })
    }

    fn mount(
        rocket: Rocket<Build>,
        settings: Settings,
    ) -> std::result::Result<Rocket<Build>, Rocket<Build>> {
        let document = match openapi(&settings) {
            Ok(document) => document,
            Err(error) => {
                tracing::error!("cannot start: the API cannot be described: {error}");
                return Err(rocket);
            }
        };
        let openapi = Self {
            document,
            assets: Arc::default(),
        };
        let rocket = rocket.manage(openapi);
        let routes = without_forms(routes![document, page, asset]);
        Ok(rocket.mount(settings.base, routes))
    }
}

/// Scripts and styles of this origin alone. Swagger UI draws its icons from `data:` images.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' \
                           'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
                           frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// A file of the page.
struct Page {
    content_type: ContentType,
    body: Cow<'static, [u8]>,
}

impl<'r> Responder<'r, 'static> for Page {
    fn respond_to(self, _: &'r Request<'_>) -> Result<'static> {
        Response::build()
            .header(self.content_type)
            .header(Header::new("Content-Security-Policy", PAGE_POLICY))
            .sized_body(self.body.len(), std::io::Cursor::new(self.body))
            .ok()
    }
}

#[get("/openapi.json")]
fn document(openapi: &State<OpenApi>) -> (ContentType, String) {
    (ContentType::JSON, openapi.document.clone())
}

#[get("/docs")]
fn page(app: &State<AppState>) -> Page {
    // The base path contains no character that is special in HTML: `config` checks it.
    let html = include_str!("index.html").replace("{base}", &app.base);
    Page {
        content_type: ContentType::HTML,
        body: html.into_bytes().into(),
    }
}

#[get("/docs/<file>")]
fn asset(openapi: &State<OpenApi>, file: &str) -> std::result::Result<Page, Rejection> {
    if file == "start.js" {
        return Ok(Page {
            content_type: ContentType::JavaScript,
            body: include_bytes!("start.js").into(),
        });
    }
    let content_type = match file {
        "swagger-ui.css" => ContentType::CSS,
        "swagger-ui-bundle.js" => ContentType::JavaScript,
        _ => return Err(ApiError::NotFound.into()),
    };
    let found = utoipa_swagger_ui::serve(file, openapi.assets.clone());
    let found = found.ok().flatten().ok_or(ApiError::NotFound)?;
    Ok(Page {
        content_type,
        body: found.bytes.into_owned().into(),
    })
}
