//! An application behind the proxy that knows nothing of tokens.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

/// Answers 200 to everything and remembers what came.
#[derive(Debug)]
pub struct UpstreamApp {
    address: SocketAddr,
    requests: Receiver<String>,
}

impl UpstreamApp {
    /// On a port that the system chooses.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Before the answer: a test that has the answer finds the request here.
                let Some(request) = read(&stream) else {
                    continue;
                };
                if sender.send(request).is_err() {
                    return;
                }
                let answer =
                    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone";
                drop((&stream).write_all(answer));
            }
        });
        Self { address, requests }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests that came since it was asked last: names of headers in lower case.
    pub fn requests(&self) -> Vec<String> {
        self.requests.try_iter().collect()
    }
}

fn read(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut text = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => {
                let name = name.to_ascii_lowercase();
                if name == "content-length" {
                    length = value.parse().ok()?;
                }
                text.extend([name.as_str(), ": ", value, "\n"]);
            }
            None if line.trim_end().is_empty() => break,
            None => text.push_str(&line),
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(text + &String::from_utf8(body).ok()?)
}

/// The ways to write a name that an application takes for this one if it reads headers as CGI does
/// (RFC 3875 section 4.1.18): each `-` may be a `_`. The name itself is not among them.
pub fn header_spellings(name: &str) -> Vec<String> {
    let dashes: Vec<_> = name.match_indices('-').map(|(at, _)| at).collect();
    let written = |choice: u32| {
        let mut name = name.to_owned();
        for (bit, at) in dashes.iter().enumerate() {
            if choice >> bit & 1 == 1 {
                name.replace_range(at..&(at + 1), "_");
            }
        }
        name
    };
    (1..1 << dashes.len()).map(written).collect()
}
