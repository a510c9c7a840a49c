//! Bytes that no HTTP client would send, over a real socket. After each the server still serves,
//! and nothing was a 5xx.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Format, Toml};
use rocket::fairing::AdHoc;
use rocket_accounts::Accounts;

const PASSWORD: &str = "correct horse battery staple";

/// One server for all tests of this binary; it ends with the process.
static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let settings = "[default]\nport = 0\nlog_level = \"off\"\nworkers = 2\n\
                        [default.shutdown]\nctrlc = false\nsignals = []";
        let figment = Figment::from(rocket::Config::default())
            .merge(Toml::string(settings).nested())
            .select("test");
        let tell = AdHoc::on_liftoff("tell the port", move |rocket| {
            let config = rocket.config();
            sender
                .send(SocketAddr::new(config.address, config.port))
                .unwrap();
            Box::pin(async {})
        });
        let rocket = rocket::custom(figment)
            .attach(Accounts::stage())
            .attach(tell);
        rocket::execute(rocket.launch()).unwrap();
    });
    receiver.recv_timeout(Duration::from_secs(30)).unwrap()
});

/// Sends bytes, closes the sending side if asked to, and returns all that comes back.
fn exchange(bytes: &[u8], closes: bool) -> String {
    let mut stream = TcpStream::connect(*SERVER).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    // The server may answer and hang up before it has read all.
    let sent = stream.write_all(bytes);
    if closes && sent.is_ok() {
        // May have hung up already.
        stream.shutdown(Shutdown::Write).ok();
    }
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    assert!(
        read.is_ok() || !answer.is_empty(),
        "no answer and no end: {read:?}"
    );
    String::from_utf8_lossy(&answer).into_owned()
}

fn request(head: &str, body: &str) -> Vec<u8> {
    format!("{head}\r\nHost: x\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[track_caller]
fn expect_alive() {
    let answer = exchange(&request("GET /accounts/csrf_token/ HTTP/1.1", ""), false);
    assert_eq!(status(&answer), "200", "{answer}");
}

#[track_caller]
fn expect_refused(bytes: &[u8], codes: &[&str]) {
    expect_refused_after(bytes, false, codes);
}

#[track_caller]
fn expect_refused_after(bytes: &[u8], closes: bool, codes: &[&str]) {
    let answer = exchange(bytes, closes);
    let is_hang_up = answer.is_empty() && codes.contains(&"");
    assert!(
        is_hang_up || codes.contains(&status(&answer)),
        "{codes:?}: {answer}"
    );
    assert!(!answer.to_lowercase().contains("set-cookie"), "{answer}");
    expect_alive();
}

fn login(headers: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "POST /accounts/auth/login/ HTTP/1.1\r\nContent-Type: application/json\r\n{headers}"
    );
    request(&head, body)
}

#[test]
fn a_body_that_does_not_come_is_a_408() {
    // Rocket itself waits for the first 14 bytes, before any guard, without a deadline: that much
    // has to come. The rest of that gap is for the reverse proxy (docs/deployment.md).
    let answer = exchange(&login("Content-Length: 50", "{\"username\":\"ada\""), false);
    assert_eq!(status(&answer), "408", "{answer}");
    assert!(answer.contains("\"code\":\"request_timeout\""), "{answer}");
    expect_alive();
}

#[test]
fn a_truncated_body_never_reaches_a_handler() {
    let body = format!("{{\"username\":\"ada\",\"password\":\"{PASSWORD}\"}}");
    let longer = body.len() + 3;
    // The JSON is whole, the body is not.
    expect_refused_after(
        &login(&format!("Content-Length: {longer}"), &body),
        true,
        &["400", ""],
    );
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    expect_refused_after(
        &login("Transfer-Encoding: chunked", &chunk),
        true,
        &["400", ""],
    );
    let bad = format!("{:x}\r\n{body}\r\nzz\r\n", body.len());
    expect_refused_after(
        &login("Transfer-Encoding: chunked", &bad),
        true,
        &["400", ""],
    );
}

#[test]
fn a_body_that_never_ends_is_cut_off() {
    let chunk = format!("400\r\n{}\r\n", "[".repeat(0x400));
    expect_refused(
        &login("Transfer-Encoding: chunked", &chunk.repeat(20)),
        &["413"],
    );
    let declared = login("Content-Length: 1000000000000", &"[".repeat(9000));
    expect_refused(&declared, &["413"]);
}

#[test]
fn ambiguous_lengths_are_refused() {
    for headers in [
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: +2",
        "Content-Length: -1",
        "Content-Length: 2, 2",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Content-Length : 2",
        "Transfer-Encoding:\u{b}chunked",
    ] {
        expect_refused(&login(headers, "{}"), &["400", ""]);
    }
}

#[test]
fn headers_that_are_none_are_refused() {
    for head in [
        "GET /accounts/user HTTP/1.1\r\nCookie: a\0b",
        "GET /accounts/user HTTP/1.1\r\n folded: x",
        "GET /accounts/user HTTP/9.9",
        "GET  /accounts/user HTTP/1.1",
        "G\u{e9}T /accounts/user HTTP/1.1",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        expect_refused(&request(head, ""), &["400", "405", "505", ""]);
    }
    let many = "X-Many: 1\r\n".repeat(200);
    let head = format!("GET /accounts/user HTTP/1.1\r\n{many}X-Last: 1");
    expect_refused(&request(&head, ""), &["431"]);
    let long = "a".repeat(1_000_000);
    let head = format!("GET /accounts/user HTTP/1.1\r\nCookie: access_token={long}");
    expect_refused(&request(&head, ""), &["401", "431", ""]);
    let head = format!("GET /accounts/{long} HTTP/1.1");
    expect_refused(&request(&head, ""), &["414", "431", "400", ""]);
}

#[test]
fn cookies_in_no_encoding_are_no_credential() {
    let mut bytes = b"GET /accounts/user HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".to_vec();
    bytes.extend_from_slice(b"Cookie: access_token=\xff\xfe; x=\xc3\x28\r\n\r\n");
    let answer = exchange(&bytes, false);
    assert_eq!(status(&answer), "401", "{answer}");
    expect_alive();
}

#[test]
fn methods_that_nobody_serves_are_refused() {
    for method in ["TRACE", "CONNECT", "PROPFIND", "BREW"] {
        let head = format!("{method} /accounts/user HTTP/1.1");
        expect_refused(&request(&head, ""), &["400", "404", "405", "501", ""]);
    }
}
