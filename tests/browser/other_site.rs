//! The web server of another site: every path answers the page that was put there.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server of pages. Its thread ends with the process.
#[derive(Clone)]
pub(crate) struct OtherSite {
    address: SocketAddr,
    pages: Arc<Mutex<HashMap<String, Page>>>,
}

#[derive(Clone)]
struct Page {
    headers: Vec<String>,
    html: String,
}

impl OtherSite {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let other_site = Self {
            address: listener.local_addr().unwrap(),
            pages: Arc::default(),
        };
        let pages = other_site.pages.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let pages = pages.clone();
                // A browser that hangs up is no news.
                std::thread::spawn(move || answer(stream, &pages).ok());
            }
        });
        other_site
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Puts a page at a path.
    pub(crate) fn put(&self, path: &str, headers: &[String], html: &str) {
        let page = Page {
            headers: headers.to_vec(),
            html: format!("<!doctype html><title>A stranger</title>{html}"),
        };
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }
}

fn answer(mut stream: TcpStream, pages: &Mutex<HashMap<String, Page>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    let page = pages.lock().unwrap().get(path).cloned();
    let (status, page) = match page {
        Some(page) => ("200 OK", page),
        None => (
            "404 Not Found",
            Page {
                headers: Vec::new(),
                html: String::new(),
            },
        ),
    };
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Type: text/html\r\nConnection: close\r\n");
    for header in &page.headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    let length = page.html.len();
    write!(
        stream,
        "{head}Content-Length: {length}\r\n\r\n{}",
        page.html
    )
}
