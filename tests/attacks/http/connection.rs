//! Several requests on one connection, or what might be taken for several.

use super::bytes::expect_nothing;
use crate::Cases;
use crate::add;
use crate::attack::Attack;
use crate::target::Setup;

pub(super) fn add_to(cases: &mut Cases) {
    add!(
        cases,
        "http",
        Setup::Plain,
        [
            a_second_request_on_a_connection_is_nobody,
            a_request_inside_a_body_is_not_served,
            length_and_chunks_at_once_are_not_two_requests,
            credentials_in_a_trailer_do_not_count,
            an_upgrade_to_http2_is_not_made,
            hop_by_hop_headers_drop_no_protection,
            two_hundred_headers,
        ]
    );
}

/// All that comes back of bytes that hold several requests, the last of which closes.
fn answers(attack: &Attack<'_>, bytes: &str) -> String {
    let answer = attack.target.client.exchange(bytes.as_bytes()).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn cookie(attack: &Attack<'_>) -> String {
    format!("Cookie: access_token={}", attack.cookie("access_token"))
}

const NOBODY: &str = "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// A guard's result is kept for the request, not for the connection.
fn a_second_request_on_a_connection_is_nobody(attack: &Attack<'_>) {
    let own = cookie(attack);
    let text = answers(
        attack,
        &format!("GET /accounts/user/ HTTP/1.1\r\nHost: x\r\n{own}\r\n\r\n{NOBODY}"),
    );
    assert_eq!(text.matches("HTTP/1.1 200").count(), 1, "{text}");
    assert_eq!(text.matches("HTTP/1.1 401").count(), 1, "{text}");
    assert_eq!(text.matches(&attack.name).count(), 1, "{text}");
}

fn a_request_inside_a_body_is_not_served(attack: &Attack<'_>) {
    let inner = format!(
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n",
        cookie(attack)
    );
    let length = inner.len();
    let outer = format!(
        "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{inner}"
    );
    let text = answers(attack, &outer);
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
    assert!(
        text.starts_with("HTTP/1.1 400") && !text.contains(&attack.name),
        "{text}"
    );
}

fn length_and_chunks_at_once_are_not_two_requests(attack: &Attack<'_>) {
    let inner = format!(
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n",
        cookie(attack)
    );
    for headers in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 5",
    ] {
        let outer = format!(
            "POST /accounts/auth/login/ HTTP/1.1\r\nHost: x\r\n\
             Content-Type: application/json\r\n{headers}\r\n\r\n0\r\n\r\n{inner}"
        );
        expect_nothing(attack, &outer, Some(400));
    }
}

fn credentials_in_a_trailer_do_not_count(attack: &Attack<'_>) {
    let own = cookie(attack);
    let text = answers(
        attack,
        &format!(
            "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTrailer: Cookie\r\n\
             Transfer-Encoding: chunked\r\n\r\n0\r\n{own}\r\n\r\n"
        ),
    );
    assert!(
        text.starts_with("HTTP/1.1 401") && !text.contains(&attack.name),
        "{text}"
    );
}

fn an_upgrade_to_http2_is_not_made(attack: &Attack<'_>) {
    let text = answers(
        attack,
        "GET /accounts/user/ HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade, HTTP2-Settings\r\n\
         Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    );
    assert!(text.starts_with("HTTP/1.1 401"), "{text}");
}

/// `Connection` names headers that a proxy is to drop; here nothing is dropped.
fn hop_by_hop_headers_drop_no_protection(attack: &Attack<'_>) {
    let own = cookie(attack);
    let text = answers(
        attack,
        &format!(
            "POST /accounts/auth/logout/ HTTP/1.1\r\nHost: x\r\n{own}\r\nOrigin: https://evil.example\r\n\
             Sec-Fetch-Site: cross-site\r\nConnection: close, Origin, Sec-Fetch-Site\r\n\
             Content-Length: 0\r\n\r\n"
        ),
    );
    assert!(text.starts_with("HTTP/1.1 403"), "{text}");
}

fn two_hundred_headers(attack: &Attack<'_>) {
    let many = "X-Many: 1\r\n".repeat(200);
    let own = cookie(attack);
    expect_nothing(
        attack,
        &format!("GET /accounts/user/ HTTP/1.1\r\nHost: x\r\n{many}{own}\r\n\r\n"),
        Some(431),
    );
}
