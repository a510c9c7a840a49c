//! Running the binary, and speaking HTTP to it.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery staple";

/// Longest wait for the service to say something, or to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder and an environment in which the binary is run. Nothing of this process's own
/// environment reaches it but the path.
pub struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command left behind.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            variables: Vec::new(),
        }
        .set("ROCKET_PROFILE", "debug")
    }

    pub fn set(mut self, variable: &str, value: &str) -> Self {
        self.variables.push((variable.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path().join(file), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rocket-accounts"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with_input(arguments, "")
    }

    /// Runs a command with `input` on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Outcome {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read has closed its end: that is not what is tested.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn create_user(&self, name: &str) {
        let created = self.run_with_input(&["user", "create", name], &format!("{PASSWORD}\n"));
        created.expect(0);
    }

    /// Starts the service on a port that the system chooses, and waits until it listens.
    pub fn serve(&self) -> Service {
        let mut command = self.command(&[]);
        command.env("ROCKET_PORT", "0");
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Service::listening(command.spawn().unwrap())
    }
}

impl Outcome {
    #[track_caller]
    pub fn expect(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.stderr.contains("panicked"), "{self:#?}");
        self
    }

    /// Standard error holds `text`.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "no {text:?} in {self:#?}");
        self
    }

    /// Standard output holds `text`.
    #[track_caller]
    pub fn prints(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "no {text:?} in {self:#?}");
        self
    }

    /// Neither output holds any of `secrets`.
    #[track_caller]
    pub fn keeps(&self, secrets: &[&str]) -> &Self {
        for secret in secrets {
            let told = self.stdout.contains(secret) || self.stderr.contains(secret);
            assert!(!told, "{secret:?} in {self:#?}");
        }
        self
    }
}

/// A running service.
pub struct Service {
    child: Child,
    lines: Receiver<String>,
    log: String,
    address: SocketAddr,
}

impl Service {
    #[track_caller]
    fn listening(mut child: Child) -> Self {
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
        let mut service = Self {
            child,
            lines,
            log: String::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        while service.address.port() == 0 {
            let Ok(line) = service.lines.recv_timeout(PATIENCE) else {
                panic!("the service does not listen:\n{}", service.log);
            };
            if let Some(address) = listening_at(&line) {
                service.address = address;
            }
            service.note(&line);
        }
        service
    }

    fn note(&mut self, line: &str) {
        self.log.push_str(line);
        self.log.push('\n');
    }

    /// Sends SIGTERM, waits for the end, and returns the exit code and everything it said.
    #[track_caller]
    pub fn stop(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        let killed = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &pid])
            .status();
        assert!(killed.unwrap().success());
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.note(&line),
                // Both outputs are closed: the process is at its end.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it goes on:\n{}", self.log),
            }
        }
        let code = self.child.wait().unwrap().code();
        (code, std::mem::take(&mut self.log))
    }

    /// One request on a connection of its own.
    pub fn send(&self, head: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut request = format!("{head} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        write!(request, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        Answer::read(&text)
    }
}

impl Drop for Service {
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

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Answer {
    #[track_caller]
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        };
        Self {
            status: status.unwrap().parse().unwrap(),
            headers: lines.map(header).collect(),
            text: body.to_owned(),
        }
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// A member of the JSON body.
    #[track_caller]
    pub fn member(&self, name: &str) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap();
        body[name].as_str().unwrap().to_owned()
    }

    /// The cookies it sets, as a browser would send them back.
    pub fn cookies(&self) -> Vec<String> {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs = set.filter_map(|(_, value)| value.split(';').next());
        pairs.map(str::to_owned).collect()
    }

    /// The value of the cookie with this name.
    #[track_caller]
    pub fn cookie(&self, name: &str) -> String {
        let cookies = self.cookies();
        let mut pairs = cookies.iter().filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(found, _)| *found == name)
            .unwrap()
            .1
            .to_owned()
    }
}
