//! The description of one route.

use rocket::http::{Method, Status};
use utoipa::ToSchema;
use utoipa::openapi::path::{self, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema};
use utoipa::openapi::{ContentBuilder, HttpMethod, KnownFormat, Required, SchemaFormat, Type};

use super::answer::{Answer, Schemas};
use super::security::Auth;
use super::{problem, security};
use crate::config::Settings;
use crate::http::policy::origin::is_unsafe;
use crate::http::request::{BodySchema, FromFields};
use crate::http::response::{ApiError, FieldErrors};

/// The description of a route. The consequences of its guards are added automatically.
pub(crate) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    id: &'static str,
    texts: [&'static str; 2],
    auth: Auth,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    answer: Answer,
    rejections: Vec<ApiError>,
}

struct Body {
    schema: fn(BodySchema) -> BodySchema,
    is_open: bool,
}

impl Operation {
    /// Describes a route at `path` below the base path, with its trailing slash; `id` is the name
    /// of the function in generated clients.
    pub(crate) fn new(
        method: Method,
        path: &'static str,
        id: &'static str,
        auth: Auth,
        texts: [&'static str; 2],
    ) -> Self {
        let operation = Self {
            method,
            path,
            id,
            texts,
            auth,
            parameters: Vec::new(),
            body: None,
            answer: Answer::empty(Status::NoContent, "Done."),
            rejections: Vec::new(),
        };
        let operation = operation.rejects([ApiError::Internal]);
        match auth {
            Auth::Nothing => operation,
            Auth::OwnPage | Auth::Refresh => operation.rejects([ApiError::CsrfFailed]),
            Auth::Session | Auth::AnyState if is_unsafe(method) => {
                operation.rejects(SESSION).rejects([ApiError::CsrfFailed])
            }
            Auth::Session | Auth::AnyState => operation.rejects(SESSION),
        }
    }

    /// Adds a flag in the query, as forms encode one; without a value it is on.
    pub(crate) fn flag(mut self, name: &str, text: &str) -> Self {
        let values = ["", "true", "yes", "on", "false", "no", "off"];
        let schema = ObjectBuilder::new().schema_type(Type::String);
        let schema = schema.enum_values(Some(values));
        self.parameters.push(parameter(name, text, false, schema));
        self
    }

    /// Adds an identifier in the path.
    pub(crate) fn id_in_path(mut self, name: &str, text: &str) -> Self {
        let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        let schema = ObjectBuilder::new().schema_type(Type::String);
        let schema = schema.format(Some(format));
        self.parameters.push(parameter(name, text, true, schema));
        self
    }

    /// Sets the body of the request.
    pub(crate) fn takes<T: FromFields>(mut self) -> Self {
        self.body = Some(Body {
            schema: T::schema,
            is_open: T::IGNORES_UNKNOWN,
        });
        self.rejects([
            ApiError::MalformedBody,
            ApiError::InvalidFields(FieldErrors::new()),
            ApiError::RequestTimeout,
            ApiError::BodyTooLarge,
            ApiError::UnsupportedMediaType,
        ])
    }

    /// Sets the body of the successful response.
    pub(crate) fn answers<T: ToSchema>(mut self, status: Status, text: &'static str) -> Self {
        self.answer = Answer::one::<T>(status, text);
        self
    }

    /// Sets a list as the body of the successful response.
    pub(crate) fn answers_list<T: ToSchema>(mut self, text: &'static str) -> Self {
        self.answer = Answer::list::<T>(Status::Ok, text);
        self
    }

    /// Describes the cookies of the successful response.
    pub(crate) fn with_cookies(mut self, text: &'static str) -> Self {
        self.answer = self.answer.with_cookies(text);
        self
    }

    /// Adds rejections beside those of its credential and body.
    pub(crate) fn rejects(mut self, rejections: impl IntoIterator<Item = ApiError>) -> Self {
        self.rejections.extend(rejections);
        self
    }

    pub(super) fn http_method(&self) -> HttpMethod {
        match self.method {
            Method::Put => HttpMethod::Put,
            Method::Post => HttpMethod::Post,
            Method::Patch => HttpMethod::Patch,
            Method::Delete => HttpMethod::Delete,
            _ => HttpMethod::Get,
        }
    }

    /// Returns the operation, and the schemas that it refers to.
    pub(super) fn build(mut self, settings: &Settings) -> (path::Operation, Schemas) {
        let tag = self.path.split('/').find(|part| !part.is_empty());
        let [summary, text] = self.texts;
        let schemas = std::mem::take(&mut self.answer.schemas);
        let mut operation = OperationBuilder::new()
            .operation_id(Some(self.id))
            .tag(tag.unwrap_or_default())
            .summary(Some(summary))
            .description(Some(text))
            .securities(Some(security::requirements(
                self.auth,
                self.method,
                settings.token.allow_bearer,
            )));
        for parameter in self.parameters {
            operation = operation.parameter(parameter);
        }
        if let Some(body) = self.body {
            let schema = (body.schema)(BodySchema::new(settings.password.min_length as usize));
            let content = ContentBuilder::new().schema(Some(schema.finish(body.is_open)));
            let body = RequestBodyBuilder::new()
                .required(Some(Required::True))
                .description(Some(
                    "At most 8 KiB, complete within 5 seconds after its 14th byte.",
                ))
                .content("application/json", content.build());
            operation = operation.request_body(Some(body.build()));
        }
        let status = self.answer.status.code.to_string();
        operation = operation.response(status, self.answer.response());
        for (status, response) in problem::responses(&self.rejections) {
            operation = operation.response(status.to_string(), response);
        }
        (operation.build(), schemas)
    }
}

/// What the guard of a session rejects with.
const SESSION: [ApiError; 5] = [
    ApiError::NotAuthenticated,
    ApiError::TokenNotValid,
    ApiError::TokenExpired,
    ApiError::SessionEnded,
    ApiError::Unavailable,
];

fn parameter(name: &str, text: &str, is_in_path: bool, schema: ObjectBuilder) -> Parameter {
    let place = if is_in_path {
        (ParameterIn::Path, Required::True)
    } else {
        (ParameterIn::Query, Required::False)
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place.0)
        .required(place.1)
        .description(Some(text))
        .schema(Some(Schema::from(schema.build())))
        .build()
}
