//! Schemas of request bodies, with the limits of the domain.

use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema};

use super::fields::Flag;
use rocket_accounts_core::domain::credentials::{
    NAME_MAX_CHARS, PASSWORD_MAX_CHARS, USERNAME_MAX_CHARS,
};

/// The content of a text field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Text {
    /// The username of a new user.
    Username,
    /// The username of a login; an invalid one is treated as unknown.
    ClaimedUsername,
    /// A password of any strength.
    Password,
    /// A password to be set, of the configured length.
    NewPassword,
    /// A first or last name.
    Name,
}

/// The fields of a body.
pub(crate) struct BodySchema {
    object: ObjectBuilder,
    min_password_chars: usize,
}

impl BodySchema {
    pub(in crate::http) fn new(min_password_chars: usize) -> Self {
        Self {
            object: ObjectBuilder::new(),
            min_password_chars,
        }
    }

    /// Adds a required field.
    pub(crate) fn required(self, name: &str, text: Text) -> Self {
        let mut with = self.optional(name, text);
        with.object = with.object.required(name);
        with
    }

    /// Adds a field that may be missing, but is not null.
    pub(crate) fn optional(mut self, name: &str, text: Text) -> Self {
        let schema = self.text(text);
        self.object = self.object.property(name, schema);
        self
    }

    /// Adds a flag.
    pub(crate) fn flag(mut self, flag: Flag) -> Self {
        let schema = ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::Boolean)
            .default(Some(flag.default.into()))
            .description(Some(flag.text));
        self.object = self.object.property(flag.name, schema);
        self
    }

    fn text(&self, text: Text) -> ObjectBuilder {
        const NO_NUL: &str = r"^[^\u0000]*$";
        // Includes the blanks that `Username::trim` removes.
        const NAME: &str = r"^[ \t\r\n]*[A-Za-z0-9.@+_-]+[ \t\r\n]*$";
        const NOT_BLANK: &str = r"^[^\u0000]*[^\u0000 \t\r\n][^\u0000]*$";
        // The same in each body, so that an example registration is followed by an example login.
        const ADA: [&str; 1] = ["ada"];
        const PASSWORD: [&str; 1] = ["quartz ferry 7 lantern"];
        let new = || ObjectBuilder::new().schema_type(utoipa::openapi::Type::String);
        let password = |min: usize| {
            let format = utoipa::openapi::KnownFormat::Password;
            new()
                .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(format)))
                .min_length(Some(min))
                .max_length(Some(PASSWORD_MAX_CHARS))
                .pattern(Some(NO_NUL))
                .examples(PASSWORD)
        };
        match text {
            Text::Username => new()
                .min_length(Some(1))
                .max_length(Some(USERNAME_MAX_CHARS))
                .pattern(Some(NAME))
                .examples(ADA)
                .description(Some(
                    "Unique in any letter case. Surrounding blanks are removed.",
                )),
            Text::ClaimedUsername => new()
                .min_length(Some(1))
                .max_length(Some(USERNAME_MAX_CHARS))
                .pattern(Some(NOT_BLANK))
                .examples(ADA)
                .description(Some("Surrounding blanks are removed.")),
            Text::Password => {
                password(1).description(Some("As typed: neither trimmed nor folded (RFC 8265)."))
            }
            Text::NewPassword => password(self.min_password_chars).description(Some(
                "Long, and not easily guessed; no rules of composition (NIST SP 800-63B-4). A \
                 error contains a hint in `errors`.",
            )),
            Text::Name => new()
                .max_length(Some(NAME_MAX_CHARS))
                .pattern(Some(r"^[^\u0000-\u001f\u007f-\u009f]*$"))
                .examples(["Ada"])
                .description(Some("May be empty; no control characters.")),
        }
    }

    /// Builds the schema of the object; other fields are refused unless `is_open`.
    pub(in crate::http) fn finish(self, is_open: bool) -> Schema {
        let rest = AdditionalProperties::<Schema>::FreeForm(is_open);
        self.object.additional_properties(Some(rest)).build().into()
    }
}
