//! A connection that is kept open: for requests that take their time.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::Answer;

/// What is written goes out at once, reading stops where the test says.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        let received = Vec::new();
        Self { stream, received }
    }

    /// Sends bytes.
    #[track_caller]
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    /// Reads until `text` has come, and forgets what came so far.
    #[track_caller]
    pub fn read_until(&mut self, text: &str) {
        let mut byte = [0];
        while !self.received.ends_with(text.as_bytes()) {
            let read = self.stream.read(&mut byte).unwrap();
            let so_far = String::from_utf8_lossy(&self.received);
            assert_eq!(read, 1, "the connection ended without {text:?}: {so_far}");
            self.received.push(byte[0]);
        }
        self.received.clear();
    }

    /// Sends a request to a login and half of its body, and returns the other half when the
    /// service is known to wait for it.
    #[track_caller]
    pub fn send_half_a_login(&mut self, name: &str) -> String {
        let body = serde_json::json!({ "username": name, "password": crate::PASSWORD }).to_string();
        let (one, other) = body.split_at(body.len() / 2);
        self.send(format!(
            "POST /accounts/auth/login/ HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        ));
        // Sent when the server begins to read the body (RFC 9110 section 10.1.1).
        self.read_until("HTTP/1.1 100 Continue\r\n\r\n");
        self.send(one);
        other.to_owned()
    }

    /// Reads to the end of the connection.
    #[track_caller]
    pub fn answer(mut self) -> Answer {
        self.stream.read_to_end(&mut self.received).unwrap();
        Answer::read(&self.received).unwrap()
    }
}
