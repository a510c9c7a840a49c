//! What was answered against what the description of the API says: every answer of this suite
//! below the base path goes through [`check`].

use std::sync::OnceLock;

use rocket::http::Method;
use rocket_accounts::config::{Settings, layered};
use serde_json::Value;

use crate::support::{Answer, TestApp, figment};

const BASE: &str = "/accounts/";

/// The description, for the settings of [`TestApp::new`].
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let (settings, _) = Settings::load(&layered(&figment(""))).unwrap();
        let text = rocket_accounts::http::openapi(&settings).unwrap();
        serde_json::from_str(&text).unwrap()
    })
}

/// Segments of a path without the base, as the router sees them.
fn segments(path: &str) -> Vec<&str> {
    let path = path.split('?').next().unwrap();
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// The operations of a path, if the document has it.
fn path_item(path: &str) -> Option<&'static Value> {
    let asked = segments(path);
    let fits = |template: &str| {
        let known = segments(template);
        let same = |(known, asked): (&&str, &&str)| known.starts_with('{') || known == asked;
        known.len() == asked.len() && known.iter().zip(&asked).all(same)
    };
    let mut items = document()["paths"].as_object().unwrap().iter();
    items.find_map(|(path, item)| fits(path).then_some(item))
}

/// Fails unless the answer is one that the document announces for its route.
#[track_caller]
pub fn check(method: Method, path: &str, answer: &Answer) {
    let Some(path) = path.strip_prefix(BASE) else {
        return;
    };
    if answer.status.code == 405 {
        // The router's, also to a form whose `_method` makes it another request.
        assert_eq!(answer.body["code"], "method_not_allowed");
        return;
    }
    let item = path_item(path);
    let name = match method {
        Method::Head => "get".to_owned(),
        method => method.as_str().to_lowercase(),
    };
    let takes_body = |item: &Value| item[&name]["requestBody"].is_object();
    if answer.status.code == 415 && !item.is_some_and(takes_body) {
        // To a form body, before any handler, on routes that take no body.
        assert_eq!(answer.body["code"], "unsupported_media_type");
        return;
    }
    let Some(operation) = item.and_then(|item| item.get(&name)) else {
        // The middle of a preflight is `cors`' business; the page has no operations.
        let is_page = path == "openapi.json" || path.starts_with("docs");
        let expected: &[u16] = match item {
            _ if method == Method::Options && answer.status.code == 204 => return,
            _ if is_page => return,
            None => &[404],
            Some(_) => &[],
        };
        assert!(expected.contains(&answer.status.code), "{answer:#?}");
        return;
    };
    let status = answer.status.code.to_string();
    let response = &operation["responses"][&status];
    let id = &operation["operationId"];
    assert!(response.is_object(), "{id} has no {status}: {answer:#?}");
    for name in ["Set-Cookie", "WWW-Authenticate", "Retry-After", "Allow"] {
        let came = answer.all(&name.to_lowercase()).next().is_some();
        let is_described = response["headers"][name].is_object();
        assert!(!came || is_described, "{id} {status} {name}: {answer:#?}");
    }
    if method == Method::Head || answer.text.is_empty() {
        return;
    }
    let media = answer.header("content-type").unwrap();
    let media = media.split(';').next().unwrap();
    let schema = &response["content"][media]["schema"];
    assert!(schema.is_object(), "{id} {status} {media}: {answer:#?}");
    let fault = fits(schema, &answer.body).err();
    assert_eq!(fault, None, "{id} {status}: {answer:#?}");
}

/// As much of JSON Schema as the document uses for answers.
fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let known = document().pointer(name.strip_prefix('#').unwrap());
        return fits(known.ok_or(name)?, value);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fits(part, value)?;
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        return Err(format!("{value} is none of {known:?}"));
    }
    if let Some(items) = value.as_array() {
        return items
            .iter()
            .try_for_each(|item| fits(&schema["items"], item));
    }
    let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    else {
        return Ok(());
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        object.get(name).ok_or(format!("without {name}"))?;
    }
    let is_whole = schema["required"].is_array();
    for (name, value) in object {
        match properties.get(name) {
            Some(schema) => fits(schema, value)?,
            None if is_whole => return Err(format!("{name} is not described")),
            None => {}
        }
    }
    Ok(())
}

/// Method and path of every operation.
pub fn operations() -> Vec<(String, String)> {
    let paths = document()["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().keys();
        let named = methods.map(|method| (method.to_uppercase(), path.clone()));
        named.collect::<Vec<_>>()
    };
    let mut operations: Vec<_> = paths.iter().flat_map(of_path).collect();
    operations.sort_unstable();
    operations
}

#[rocket::async_test]
async fn the_mounted_routes_are_the_described_ones() {
    let app = TestApp::new().await;
    let described = operations();
    let routes = app.client.rocket().routes();
    let ours = routes.filter_map(|route| {
        let path = route.uri.path().strip_prefix(BASE)?;
        let path = path.replace('<', "{").replace('>', "}");
        Some((route.method.to_string(), format!("/{path}/")))
    });
    let mut mounted: Vec<_> = ours.collect();
    mounted.sort_unstable();
    let missing: Vec<_> = mounted.iter().filter(|m| !described.contains(m)).collect();
    assert!(
        missing.is_empty(),
        "write `described()` beside the handlers of {missing:?}, and name it in \
         `routes::described` (src/http/routes/mod.rs)"
    );
    let gone: Vec<_> = described.iter().filter(|d| !mounted.contains(d)).collect();
    assert!(gone.is_empty(), "described but not mounted: {gone:?}");
}

#[test]
fn every_operation_has_a_name_a_text_and_a_tag_that_is_explained() {
    let document = document();
    let tags = document["tags"].as_array().unwrap();
    let mut names = Vec::new();
    for (method, path) in operations() {
        let operation = &document["paths"][&path][method.to_lowercase()];
        for member in ["summary", "description"] {
            assert!(operation[member].as_str().unwrap().len() > 10, "{path}");
        }
        names.push(operation["operationId"].as_str().unwrap());
        let tag = &operation["tags"][0];
        assert!(tags.iter().any(|known| known["name"] == *tag), "{tag}");
    }
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "{names:?}");
}
