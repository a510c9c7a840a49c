//! The whole document.

use utoipa::openapi::schema::Components;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Info, InfoBuilder, LicenseBuilder, OpenApiBuilder, PathItem, PathsBuilder, Server,
};
use utoipa::{PartialSchema, ToSchema};

use super::{problem, security};
use crate::config::Settings;
use crate::http::response::{ApiError, Problem};
use crate::http::routes;

/// Returns the description of the API in OpenAPI 3.1, as JSON: what this configuration serves.
///
/// # Errors
/// None with a valid configuration; the texts of the document always serialize.
pub fn openapi(settings: &Settings) -> serde_json::Result<String> {
    let mut components = Components::new();
    components
        .schemas
        .insert(Problem::name().into_owned(), Problem::schema());
    security::describe(&mut components, settings);
    elsewhere(&mut components);
    let mut paths = PathsBuilder::new();
    for described in routes::described() {
        let (path, method) = (described.path, described.http_method());
        let (operation, schemas) = described.build(settings);
        components.schemas.extend(schemas);
        paths = paths.path(path, PathItem::new(method, operation));
    }
    let tag = |(name, text): &(&str, &str)| {
        TagBuilder::new()
            .name(*name)
            .description(Some(*text))
            .build()
    };
    let document = OpenApiBuilder::new()
        .info(info())
        .servers(Some([Server::new(&settings.base)]))
        .tags(Some(TAGS.iter().map(tag)))
        .paths(paths)
        .components(Some(components))
        .build();
    document.to_pretty_json()
}

/// The first segments of paths.
const TAGS: [(&str, &str); 5] = [
    ("auth", "Starting, continuing and ending a session."),
    ("csrf_token", "The token that unsafe requests carry."),
    ("user", "The signed-in user."),
    ("sessions", "The user's own sessions."),
    ("health", "Probes of a supervisor or a load balancer."),
];

/// Describes the responses where no operation is.
fn elsewhere(components: &mut Components) {
    for (name, refusal) in [
        ("NotFound", ApiError::NotFound),
        ("MethodNotAllowed", ApiError::MethodNotAllowed(Vec::new())),
    ] {
        for (_, response) in problem::responses(&[refusal]) {
            components
                .responses
                .insert(name.to_owned(), response.into());
        }
    }
}

fn info() -> Info {
    let license = LicenseBuilder::new()
        .name("MIT OR Apache-2.0")
        .identifier(Some("MIT OR Apache-2.0"));
    InfoBuilder::new()
        .title("rocket-accounts")
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(license.build()))
        .description(Some(ABOUT))
        .build()
}

const ABOUT: &str = "\
Sign-in for browser front ends: an access and a refresh token in cookies that no script can read.

Every path works with and without its trailing slash. Bodies are JSON in UTF-8 (RFC 8259). Every \
error is a problem document (RFC 9457) with a stable `code`. An unknown path is 404 \
`not_found`, another method 405 `method_not_allowed` with `Allow` (RFC 9110); see the responses \
`NotFound` and `MethodNotAllowed`.

Unsafe requests must come from a page of this site (`Sec-Fetch-Site`, `Origin`). Where a cookie is \
the credential, except for login and refresh, they also carry the CSRF token in `X-CSRFToken`.

When a response is 401 `token_expired` or `not_authenticated`, refresh and try again; on any other \
401 show the login page; on 503 wait for `Retry-After` seconds.";
