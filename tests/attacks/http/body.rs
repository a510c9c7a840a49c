//! Bodies that are too much, or not quite JSON.

use accounts_testkit::{PASSWORD, Request};
use serde_json::json;

use crate::Cases;
use crate::add;
use crate::attack::Attack;
use crate::target::Setup;

const KINDS: [(&str, &str); 12] = [
    ("empty", ""),
    ("json_of_another_top", "text/json"),
    ("problem_json", "application/problem+json"),
    ("json_with_suffix", "application/jsonp"),
    ("json_seq", "application/json-seq"),
    ("json_in_utf_16", "application/json; charset=utf-16"),
    ("json_in_latin_1", "application/json; charset=iso-8859-1"),
    ("json_in_utf_7", "application/json; charset=utf-7"),
    ("list", "text/plain, application/json"),
    ("xml", "application/xml"),
    ("octets", "application/octet-stream"),
    ("parameter_only", "text/plain; x=application/json"),
];

const MALFORMED: [(&str, &[u8]); 22] = [
    ("empty", b""),
    ("blank", b"   "),
    ("null", b"null"),
    ("number", b"1"),
    ("text", b"\"username\""),
    ("list", b"[\"ada\", \"password\"]"),
    (
        "list_of_objects",
        b"[{\"username\":\"ada\",\"password\":\"x\"}]",
    ),
    ("brace_missing", b"{\"username\":\"ada\",\"password\":\"x\""),
    (
        "brace_too_many",
        b"{\"username\":\"ada\",\"password\":\"x\"}}",
    ),
    ("two_objects", b"{\"username\":\"ada\"}{\"password\":\"x\"}"),
    (
        "comma_behind",
        b"{\"username\":\"ada\",\"password\":\"x\",}",
    ),
    ("comment", b"{\"username\":\"ada\",/* */\"password\":\"x\"}"),
    ("single_quotes", b"{'username':'ada','password':'x'}"),
    (
        "key_twice",
        b"{\"username\":\"ada\",\"username\":\"bob\",\"password\":\"x\"}",
    ),
    (
        "key_twice_escaped",
        b"{\"password\":\"a\",\"p\\u0061ssword\":\"b\",\"username\":\"ada\"}",
    ),
    ("not_a_number", b"{\"username\":NaN,\"password\":\"x\"}"),
    (
        "invalid_utf_8",
        b"{\"username\":\"\xff\xfe\",\"password\":\"x\"}",
    ),
    (
        "overlong_utf_8",
        b"{\"username\":\"\xc0\xae\",\"password\":\"x\"}",
    ),
    (
        "surrogate_alone",
        b"{\"username\":\"\\ud800\",\"password\":\"x\"}",
    ),
    ("raw_newline", b"{\"username\":\"a\nb\",\"password\":\"x\"}"),
    (
        "byte_order_mark",
        b"\xef\xbb\xbf{\"username\":\"ada\",\"password\":\"x\"}",
    ),
    ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"),
];

pub(super) fn add_to(cases: &mut Cases) {
    for (name, kind) in KINDS {
        cases.add(
            "http",
            &format!("content_type_{name}"),
            Setup::Plain,
            move |attack| {
                let body = json!({"username": attack.name, "password": PASSWORD}).to_string();
                let request = attack
                    .request("POST", "auth/login/")
                    .header("Content-Type", kind);
                attack.refused_untouched(request.body(body), 415, "unsupported_media_type");
            },
        );
    }
    for (name, body) in MALFORMED {
        cases.add(
            "http",
            &format!("body_{name}"),
            Setup::Plain,
            move |attack| {
                attack.refused_untouched(login(attack, body), 400, "malformed_body");
                let request = attack.victim.unsafe_request("PATCH", "user/");
                let request = request
                    .header("Content-Type", "application/json")
                    .body(body);
                attack.refused_untouched(request, 400, "malformed_body");
            },
        );
    }
    add!(
        cases,
        "http",
        Setup::Plain,
        [
            no_content_type_is_none_of_ours,
            bodies_over_8_kib,
            bodies_in_depth,
            a_compressed_body_is_not_unpacked,
            numbers_beyond_all_bounds,
        ]
    );
}

fn login(attack: &Attack<'_>, body: impl AsRef<[u8]>) -> Request {
    let request = attack.request("POST", "auth/login/");
    request
        .header("Content-Type", "application/json")
        .body(body)
}

fn no_content_type_is_none_of_ours(attack: &Attack<'_>) {
    let body = json!({"username": attack.name, "password": PASSWORD}).to_string();
    let request = attack.request("POST", "auth/login/").body(body);
    attack.refused_untouched(request, 415, "unsupported_media_type");
}

fn bodies_over_8_kib(attack: &Attack<'_>) {
    for size in [8193, 20_000, 100_000] {
        let blank = " ".repeat(size);
        attack.refused_untouched(login(attack, &blank), 413, "body_too_large");
    }
    let padded = json!({"username": attack.name, "password": PASSWORD}).to_string();
    let padded = format!("{padded}{}", " ".repeat(8192));
    attack.refused_untouched(login(attack, padded), 413, "body_too_large");
}

/// Deeper than the parser goes: an error, not the end of the stack.
fn bodies_in_depth(attack: &Attack<'_>) {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [129, 1300] {
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let body = format!(
                "{{\"username\":\"{}\",\"password\":\"x\",\"z\":{deep}}}",
                attack.name
            );
            attack.refused_untouched(login(attack, &body), 400, "malformed_body");
        }
    }
}

fn a_compressed_body_is_not_unpacked(attack: &Attack<'_>) {
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let request = login(attack, b"\x1f\x8b\x08\x00\x00").header("Content-Encoding", coding);
        attack.refused_untouched(request, 400, "malformed_body");
    }
}

fn numbers_beyond_all_bounds(attack: &Attack<'_>) {
    for (number, code) in [
        ("1e400", "malformed_body"),
        ("-1e400", "malformed_body"),
        ("123456789012345678901234567890", "invalid_fields"),
        ("0.1e-999", "invalid_fields"),
    ] {
        let body = format!("{{\"username\":{number},\"password\":{number}}}");
        attack.refused_untouched(login(attack, body), 400, code);
    }
}
