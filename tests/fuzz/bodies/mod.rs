//! What is true of every input, one property a file. The fuzz targets and the replay on stable
//! Rust call the same functions; each panics where its property does not hold.

pub(crate) mod configuration;
pub(crate) mod cookie_header;
pub(crate) mod csrf_token;
pub(crate) mod forwarded;
pub(crate) mod login_body;
pub(crate) mod origin;
pub(crate) mod token;

/// A body and the name of its corpus.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All of them.
pub(crate) const ALL: [Target; 7] = [
    ("configuration", configuration::run),
    ("cookie_header", cookie_header::run),
    ("csrf_token", csrf_token::run),
    ("forwarded", forwarded::run),
    ("login_body", login_body::run),
    ("origin", origin::run),
    ("token", token::run),
];

/// A secret for the keys: 32 different bytes.
pub(crate) const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
