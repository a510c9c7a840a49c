//! The service as a child process.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};

use crate::{Answer, Browser, Client, Request, TIMEOUT};

/// A running service; killed when it goes out of scope.
pub struct RunningService {
    child: Child,
    lines: Receiver<String>,
    log: String,
    address: SocketAddr,
}

impl RunningService {
    /// Starts `command`, and waits until it says where it listens.
    #[track_caller]
    pub fn start(command: Command) -> Self {
        let mut service = Self::begin(command);
        service.wait_until_listening();
        service
    }

    /// Starts `command`, and waits for nothing.
    #[track_caller]
    pub fn begin(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let stderr = child.stderr.take().unwrap();
        let stdout = child.stdout.take().unwrap();
        let outputs: [Box<dyn Read + Send>; 2] = [Box::new(stderr), Box::new(stdout)];
        for output in outputs {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        // Then no test waits for the lines of a process that has ended.
        drop(sender);
        Self {
            child,
            lines,
            log: String::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        }
    }

    /// Waits until it says where it listens.
    #[track_caller]
    pub fn wait_until_listening(&mut self) {
        while self.address.port() == 0 {
            let Ok(line) = self.lines.recv_timeout(TIMEOUT) else {
                panic!("the service does not listen:\n{}", self.log);
            };
            if let Some(address) = listening_at(&line) {
                self.address = address;
            }
            self.note(&line);
        }
    }

    fn note(&mut self, line: &str) {
        self.log.push_str(line);
        self.log.push('\n');
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The process identifier.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process has not ended.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Everything it has said so far.
    pub fn log(&mut self) -> &str {
        while let Ok(line) = self.lines.try_recv() {
            self.note(&line);
        }
        &self.log
    }

    /// Everything it has said so far; what is waited for next, it has to say from now on.
    pub fn take_log(&mut self) -> String {
        self.log();
        std::mem::take(&mut self.log)
    }

    /// Waits until it has said `text`.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        while !self.log.contains(text) {
            let Ok(line) = self.lines.recv_timeout(TIMEOUT) else {
                panic!("it does not say {text:?}:\n{}", self.log);
            };
            self.note(&line);
        }
    }

    /// Sends a signal, such as `HUP`.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let script = "kill -\"$0\" \"$1\"";
        let sent = Command::new("sh").args(["-c", script, name, &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// Sends SIGTERM, waits for the end, and returns the exit code and everything it said.
    #[track_caller]
    pub fn stop(self) -> (Option<i32>, String) {
        self.signal("TERM");
        self.wait()
    }

    /// Waits for the end, and returns the exit code and everything it said.
    #[track_caller]
    pub fn wait(mut self) -> (Option<i32>, String) {
        loop {
            match self.lines.recv_timeout(TIMEOUT) {
                Ok(line) => self.note(&line),
                // Both outputs are closed: the process is at its end.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it goes on:\n{}", self.log),
            }
        }
        let code = self.child.wait().unwrap().code();
        (code, std::mem::take(&mut self.log))
    }

    /// As `kill -9`: nothing is flushed, closed or finished. Returns everything it said.
    #[track_caller]
    pub fn kill(mut self) -> String {
        assert!(self.is_alive(), "it ended by itself:\n{}", self.log());
        self.child.kill().unwrap();
        self.wait().1
    }

    /// A connection-less client of it.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.client())
    }

    /// A request to it.
    pub fn request(&self, method: &str, path: &str) -> Request {
        self.client().request(method, path)
    }

    /// One request on a connection of its own; `head` is method and path.
    #[track_caller]
    pub fn send(&self, head: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, path) = head.split_once(' ').unwrap();
        let request = self.request(method, path).body(body);
        let with = |request: Request, (name, value): &(&str, &str)| request.header(name, value);
        headers.iter().fold(request, with).send()
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        // Already over after `stop`; then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The address in the line that says where the service listens, in either log format.
fn listening_at(line: &str) -> Option<SocketAddr> {
    if !line.contains("listening") {
        return None;
    }
    let (_, rest) = line.split_once("http://")?;
    rest.split('/').next()?.parse().ok()
}
