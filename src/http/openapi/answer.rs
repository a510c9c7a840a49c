//! Successful responses: a body of ours, and the cookies that it sets.

use std::collections::BTreeMap;

use rocket::http::Status;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema};
use utoipa::openapi::{
    ContentBuilder, Header, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
};

/// Schemas by name, as the document's components hold them.
pub(super) type Schemas = BTreeMap<String, RefOr<Schema>>;

/// A successful response.
pub(super) struct Answer {
    pub(super) status: Status,
    text: &'static str,
    body: Option<RefOr<Schema>>,
    cookies: Option<&'static str>,
    pub(super) schemas: Schemas,
}

impl Answer {
    pub(super) fn empty(status: Status, text: &'static str) -> Self {
        Self {
            status,
            text,
            body: None,
            cookies: None,
            schemas: Schemas::new(),
        }
    }

    pub(super) fn one<T: ToSchema>(status: Status, text: &'static str) -> Self {
        let name = T::name().into_owned();
        let mut parts = vec![(name.clone(), T::schema())];
        T::schemas(&mut parts);
        Self {
            body: Some(Ref::from_schema_name(name).into()),
            schemas: parts.into_iter().collect(),
            ..Self::empty(status, text)
        }
    }

    pub(super) fn list<T: ToSchema>(status: Status, text: &'static str) -> Self {
        let mut answer = Self::one::<T>(status, text);
        let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name()));
        answer.body = Some(Schema::from(items.build()).into());
        answer
    }

    pub(super) fn with_cookies(mut self, cookies: &'static str) -> Self {
        self.cookies = Some(cookies);
        self
    }

    pub(super) fn response(self) -> Response {
        let mut response = ResponseBuilder::new().description(self.text);
        if let Some(body) = self.body {
            let content = ContentBuilder::new().schema(Some(body)).build();
            response = response.content("application/json", content);
        }
        if let Some(cookies) = self.cookies {
            response = response.header("Set-Cookie", header(cookies));
        }
        response.build()
    }
}

/// Returns the description of a header with any text.
pub(super) fn header(text: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    HeaderBuilder::new()
        .schema(Some(Schema::from(schema)))
        .description(Some(text))
        .build()
}
