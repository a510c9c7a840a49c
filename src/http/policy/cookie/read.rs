//! A byte-exact reader of the `Cookie` header.
//!
//! Rocket's own jar decodes and trims cookie *names*, so that `__%48ost-access_token`, which any
//! sibling domain can set, reads as `__Host-access_token`; and of a repeated name it keeps the
//! last. This reader parses the raw header as in RFC 6265 section 4.2.1, compares names byte by
//! byte, and returns every value.

use rocket::Request;

/// Returns the values of `name` in all `Cookie` headers of the request; empty ones do not count.
///
/// Without any such header Rocket's jar is read. It is empty for a request from the network, but
/// contains the cookies of a tracked `rocket::local` client in the tests of a host application.
pub(super) fn values<'r>(request: &'r Request<'_>, name: &str) -> Vec<&'r str> {
    let mut headers = request.headers().get("Cookie").peekable();
    if headers.peek().is_none() {
        let cookie = request.cookies().get(name);
        let value = cookie.map(rocket::http::Cookie::value);
        return value
            .filter(|value| !value.is_empty())
            .into_iter()
            .collect();
    }
    headers
        .flat_map(|header| cookie_values(header, name))
        .collect()
}

/// Returns the values of `name` in one `Cookie` header, byte for byte; empty ones are left out.
pub fn cookie_values<'a>(header: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    header.split(';').filter_map(move |pair| {
        let pair = pair.trim_matches([' ', '\t']);
        let (found, value) = pair.split_once('=')?;
        (found == name && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Vec<&str> {
        cookie_values(header, "__Host-access_token").collect()
    }

    #[test]
    fn names_are_compared_byte_by_byte() {
        assert_eq!(read("__Host-access_token=a.b"), ["a.b"]);
        assert_eq!(read("x=1; __Host-access_token=a;y=2"), ["a"]);
        for foreign in [
            "__%48ost-access_token=evil",
            "__host-access_token=evil",
            "\u{a0}__Host-access_token=evil",
            "\u{2009}__Host-access_token=evil",
            "__Host-access_token =evil",
            "=__Host-access_token=evil",
            "__Host-access_token",
            "__Host-access_token=",
            "\"__Host-access_token\"=evil",
        ] {
            assert!(read(foreign).is_empty(), "{foreign:?}");
        }
    }

    #[test]
    fn every_value_is_handed_out_as_it_came() {
        let header = "__Host-access_token=one; __Host-access_token=\"two\";__Host-access_token=a=b";
        assert_eq!(read(header), ["one", "\"two\"", "a=b"]);
        assert_eq!(read("__Host-access_token=%41"), ["%41"]);
    }
}
