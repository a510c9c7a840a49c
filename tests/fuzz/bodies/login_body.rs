//! A login that is read has the name and the password that a lenient parser finds too, within the
//! limits; a key that stands twice is refused; and no refusal repeats a value.

use rocket_accounts::crypto::strength::PasswordPolicy;
use rocket_accounts::http::ApiError;
use rocket_accounts::http::fuzzing::login_body;
use serde_json::Value;

pub(crate) fn run(bytes: &[u8]) {
    let policy = PasswordPolicy {
        min_chars: 12,
        context: Vec::new(),
    };
    let parsed = serde_json::from_slice::<Value>(bytes);
    match login_body(bytes, &policy) {
        Ok((username, _, remember)) => {
            let lenient = parsed.unwrap();
            let typed = lenient["username"].as_str().unwrap();
            let blanks: &[char] = &[' ', '\t', '\r', '\n'];
            assert_eq!(username, typed.trim_matches(blanks));
            assert!(!username.is_empty() && !username.contains('\0'));
            assert!(typed.chars().count() <= 150);
            let password = lenient["password"].as_str().unwrap();
            assert!(!password.is_empty() && !password.contains('\0'));
            assert!(password.chars().count() <= 256 && password.len() <= 1024);
            let remembered = lenient.get("remember").unwrap_or(&Value::Bool(true));
            assert_eq!(*remembered, Value::Bool(remember));
        }
        Err(ApiError::MalformedBody) => {}
        Err(ApiError::InvalidFields(errors)) => {
            let object = parsed.unwrap();
            assert!(object.is_object() && !errors.is_empty());
            // Extra fields are ignored, so the refused ones are known by name.
            for field in errors.keys() {
                let known = ["username", "password", "remember"];
                assert!(known.contains(&field.as_str()), "{field}");
            }
        }
        Err(other) => panic!("{other:?}"),
    }
}
