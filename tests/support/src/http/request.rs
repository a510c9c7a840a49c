//! Requests as bytes on a connection of their own: a header is sent as it is written here, twice
//! if it is written twice.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use socket2::{Domain, Socket, Type};

use crate::{Answer, Connection, TIMEOUT, Tls};

/// Sends requests to one address.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    address: SocketAddr,
    timeout: Duration,
    from: Option<IpAddr>,
    tls: Option<Tls>,
    host: &'static str,
}

impl Client {
    /// A client of the server at this address.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            timeout: TIMEOUT,
            from: None,
            tls: None,
            host: "localhost",
        }
    }

    /// Connects from an address of this machine, as 127.0.0.2.
    pub fn from(mut self, address: IpAddr) -> Self {
        self.from = Some(address);
        self
    }

    /// Speaks https.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Names this host in its requests, not `localhost`.
    pub fn host(mut self, host: &'static str) -> Self {
        self.host = host;
        self
    }

    /// Waits no longer than this for a connection and for each read.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// A request; the path is sent as it is given.
    pub fn request(self, method: &str, path: &str) -> Request {
        let host = self.host;
        Request {
            client: self,
            head: format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n").into_bytes(),
            body: Vec::new(),
            is_chunked: false,
        }
    }

    /// A connection that stays open.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn connect(self) -> io::Result<Connection> {
        let stream = self.stream()?;
        stream.set_nodelay(true)?;
        Ok(Connection::new(stream))
    }

    /// Sends `bytes` and nothing else, and returns everything that comes back.
    ///
    /// # Errors
    /// If the connection cannot be made or breaks.
    pub fn exchange(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let stream = self.stream()?;
        match self.tls {
            Some(tls) => converse(tls.over(stream)?, bytes),
            None => converse(stream, bytes),
        }
    }

    fn stream(self) -> io::Result<TcpStream> {
        let socket = Socket::new(Domain::for_address(self.address), Type::STREAM, None)?;
        if let Some(from) = self.from {
            socket.bind(&SocketAddr::new(from, 0).into())?;
        }
        socket.connect_timeout(&self.address.into(), self.timeout)?;
        socket.set_read_timeout(Some(self.timeout))?;
        Ok(socket.into())
    }
}

fn converse(mut stream: impl Read + Write, bytes: &[u8]) -> io::Result<Vec<u8>> {
    stream.write_all(bytes)?;
    stream.flush()?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        // A server that closes without a last word in TLS: whether the answer is whole is asked
        // where it is read.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(answer),
        read => read.map(|_| answer),
    }
}

const CHUNKED: &str = "Transfer-Encoding: chunked";

/// A request that is being written.
#[derive(Debug, Clone)]
pub struct Request {
    client: Client,
    head: Vec<u8>,
    body: Vec<u8>,
    is_chunked: bool,
}

impl Request {
    /// Adds a header, whatever is there already.
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.raw_header([name.as_bytes(), b": ", value.as_ref()].concat())
    }

    /// Adds a line to the head, as it is.
    pub fn raw_header(mut self, line: impl AsRef<[u8]>) -> Self {
        self.head.extend_from_slice(line.as_ref());
        self.head.extend_from_slice(b"\r\n");
        self
    }

    /// The body, without a content type.
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    /// The same in one chunk: without a length, as a browser sends a stream.
    pub fn chunked(mut self, body: impl AsRef<[u8]>) -> Self {
        self.is_chunked = true;
        self.body(body)
    }

    /// A body of JSON, with its content type.
    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json")
            .body(body.to_string())
    }

    /// Sends it and reads the answer to its end.
    #[track_caller]
    pub fn send(self) -> Answer {
        match self.try_send() {
            Ok(answer) => answer,
            Err(error) => panic!("no answer: {error}"),
        }
    }

    /// As [`send`](Self::send), where the connection may break.
    ///
    /// # Errors
    /// If the connection cannot be made or breaks, or what came is no whole answer.
    pub fn try_send(self) -> io::Result<Answer> {
        let answer = self.client.exchange(&self.bytes())?;
        Answer::read(&answer).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// As it goes over the wire: one request on a connection of its own.
    pub fn bytes(&self) -> Vec<u8> {
        let length = self.body.len();
        let (framing, before, after) = match (self.is_chunked, length) {
            (false, _) => (format!("Content-Length: {length}"), String::new(), ""),
            (true, 0) => (CHUNKED.to_owned(), String::new(), "0\r\n\r\n"),
            (true, _) => (
                CHUNKED.to_owned(),
                format!("{length:x}\r\n"),
                "\r\n0\r\n\r\n",
            ),
        };
        let end = format!("Connection: close\r\n{framing}\r\n\r\n{before}");
        [&self.head, end.as_bytes(), &self.body, after.as_bytes()].concat()
    }
}
