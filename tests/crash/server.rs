//! The real binary as a child process, on one port and one database through all its lives.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::database::Place;

const START_WITHIN: Duration = Duration::from_secs(30);

pub(crate) struct Server<'a> {
    place: &'a Place,
    port: u16,
    child: Child,
    lives: u32,
}

impl<'a> Server<'a> {
    pub(crate) fn start(place: &'a Place) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut server = Self {
            place,
            port,
            child: spawn(place, port, 0),
            lives: 0,
        };
        server.wait_until_it_answers();
        server
    }

    /// The address of the routes.
    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}/accounts", self.port)
    }

    /// As `kill -9`: nothing is flushed, closed or finished.
    pub(crate) fn kill(&mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(
            ended.is_none(),
            "the server ended by itself: {}",
            self.log()
        );
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn start_again(&mut self) {
        self.lives += 1;
        self.child = spawn(self.place, self.port, self.lives);
        self.wait_until_it_answers();
    }

    fn wait_until_it_answers(&mut self) {
        let deadline = Instant::now() + START_WITHIN;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the server did not start: {}", self.log());
            assert!(Instant::now() < deadline, "not ready: {}", self.log());
            std::thread::yield_now();
        }
    }

    fn log(&self) -> String {
        let name = format!("log-{}", self.lives);
        std::fs::read_to_string(self.place.folder.path().join(name)).unwrap()
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        // It may be dead already; then there is nothing to do.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

fn spawn(place: &Place, port: u16, life: u32) -> Child {
    let log = File::create(place.folder.path().join(format!("log-{life}"))).unwrap();
    Command::new(env!("CARGO_BIN_EXE_rocket-accounts"))
        .current_dir(place.folder.path())
        .env_clear()
        .env("ROCKET_PROFILE", "debug")
        .env("ROCKET_PORT", port.to_string())
        .env("ROCKET_WORKERS", "2")
        .env("DATABASE_URL", &place.url)
        .env("ACCOUNTS_STORE", place.store)
        .env("ACCOUNTS_DATABASE__AUTO_MIGRATE", "true")
        .env("ACCOUNTS_THROTTLE__ENABLED", "false")
        .env("ACCOUNTS_PASSWORD__MEMORY_KIB", "64")
        .env("ACCOUNTS_PASSWORD__ITERATIONS", "1")
        .env("ACCOUNTS_PASSWORD__ALLOW_INSECURE_COST", "true")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}
