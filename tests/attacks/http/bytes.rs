//! Bytes that no client sends: request smuggling, headers that are none, other protocols.

use crate::Cases;
use crate::attack::Attack;
use crate::target::Setup;

/// A request that would read the victim's account, in bytes; `{}` is the victim's access cookie.
/// None of them may be answered with it: RFC 9112 sections 6 and 11.2.
const RAW: [(&str, &str); 26] = [
    (
        "two_lengths",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    ),
    (
        "length_list",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}",
    ),
    (
        "length_with_plus",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
    ),
    (
        "length_negative",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ),
    (
        "length_in_hex",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n{}",
    ),
    (
        "length_huge",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ),
    (
        "length_with_blank_before_colon",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n\r\n{}",
    ),
    (
        "coding_unknown",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "coding_identity_last",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ),
    (
        "coding_with_vertical_tab",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\u{b}chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "coding_with_old_version",
        "POST /accounts/auth/login/ HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunk_size_overflow",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "chunk_size_negative",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "chunk_not_in_hex",
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "folded_header",
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\nX: y\r\n Cookie: {}\r\n\r\n",
    ),
    (
        "nul_in_header",
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\nCookie: a=\0{}\r\n\r\n",
    ),
    (
        "bare_return_in_header",
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\nX: y\rCookie: {}\r\n\r\n",
    ),
    (
        "header_without_colon",
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\nCookie {}\r\n\r\n",
    ),
    (
        "header_name_with_blank",
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\nCookie : {}\r\n\r\n",
    ),
    (
        "header_name_empty",
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\n: {}\r\n\r\n",
    ),
    (
        "version_of_the_future",
        "GET /accounts/user/ HTTP/9.9\r\nHost: x\r\nCookie: {}\r\n\r\n",
    ),
    (
        "version_missing",
        "GET /accounts/user/\r\nHost: x\r\nCookie: {}\r\n\r\n",
    ),
    (
        "two_blanks",
        "GET  /accounts/user/ HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n",
    ),
    (
        "method_with_umlaut",
        "G\u{cb}T /accounts/user/ HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n",
    ),
    ("http2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("tls_hello", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}{}\r\n\r\n"),
];

pub(super) fn add_to(cases: &mut Cases) {
    for (name, pattern) in RAW {
        cases.add(
            "http",
            &format!("bytes_{name}"),
            Setup::Plain,
            move |attack| {
                let cookie = format!("access_token={}", attack.cookie("access_token"));
                // No preface of HTTP/2 is answered by who speaks HTTP/1.1 alone.
                let status = (name != "http2_preface").then_some(400);
                expect_nothing(attack, &pattern.replace("{}", &cookie), status);
            },
        );
    }
}

/// Sends bytes that are refused with this status and nothing else, or by hanging up (`None`).
pub(super) fn expect_nothing(attack: &Attack<'_>, bytes: &str, status: Option<u16>) {
    let answer = attack.target.client.exchange(bytes.as_bytes()).unwrap();
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    match status {
        Some(status) => {
            let line = format!("http/1.1 {status} ");
            assert!(answer.starts_with(&line), "{answer}");
            assert_eq!(answer.matches("http/1.1 ").count(), 1, "{answer}");
        }
        None => assert_eq!(answer, ""),
    }
    assert!(!answer.contains("set-cookie"), "{answer}");
    assert!(!answer.contains(&attack.name), "{answer}");
}
