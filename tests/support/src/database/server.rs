//! A Postgres server of one's own, to be broken.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A server with its data in a folder of its own; killed when it goes out of scope.
///
/// Nothing is synchronised to the disk: the machine survives what is done to the server.
pub struct Postgres {
    binaries: PathBuf,
    folder: TempDir,
    port: u16,
    options: Vec<String>,
    server: Option<Child>,
}

impl Postgres {
    /// Whether its binaries are installed.
    pub fn is_available() -> bool {
        binaries().is_some()
    }

    /// A new server with these settings, such as `max_connections=20`.
    pub fn start(options: &[&str]) -> Self {
        let Some(binaries) = binaries() else {
            panic!("no Postgres server is installed");
        };
        let own = |option: &&str| (*option).to_owned();
        let mut server = Self {
            binaries,
            folder: TempDir::new().unwrap(),
            port: 0,
            options: options.iter().map(own).collect(),
            server: None,
        };
        server.own(server.folder.path());
        let mut initdb = server.command("initdb");
        initdb.args(["-U", "accounts", "-A", "trust", "-E", "UTF8", "--no-locale"]);
        initdb
            .args(["--no-sync", "-D", "data"])
            .stdout(Stdio::null());
        assert!(initdb.status().unwrap().success());
        // Only the server itself finds out whether a port is free.
        for _ in 0..20 {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            server.port = free.local_addr().unwrap().port();
            drop(free);
            if server.try_start() {
                return server;
            }
        }
        panic!("Postgres does not start");
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// The URL of its database, past any proxy.
    pub fn url(&self) -> String {
        self.url_through(self.address())
    }

    /// The URL of its database through a proxy.
    pub fn url_through(&self, address: SocketAddr) -> String {
        format!("postgres://accounts@{address}/postgres")
    }

    /// Gives it a folder to write to.
    pub fn own(&self, folder: &Path) {
        if let Some((user, group)) = unprivileged() {
            std::os::unix::fs::chown(folder, Some(user), Some(group)).unwrap();
        }
    }

    /// Starts it again on the same data.
    #[track_caller]
    pub fn start_again(&mut self) {
        assert!(self.try_start(), "Postgres does not start again");
    }

    /// What `pg_ctl stop -m immediate` does: everything is dropped as it is.
    #[track_caller]
    pub fn stop_immediately(&mut self) {
        if let Some(mut server) = self.server.take() {
            signal("QUIT", &[server.id()]);
            server.wait().unwrap();
        }
    }

    /// Stops the server and all its processes in their tracks.
    pub fn freeze(&self) {
        // First the one that starts others.
        signal("STOP", &[self.pid()]);
        signal("STOP", &self.children());
    }

    /// Lets all of them go on.
    pub fn thaw(&self) {
        signal("CONT", &self.children());
        signal("CONT", &[self.pid()]);
    }

    fn pid(&self) -> u32 {
        self.server.as_ref().map(Child::id).unwrap()
    }

    fn children(&self) -> Vec<u32> {
        let pid = self.pid();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap();
        children
            .split_whitespace()
            .map(|pid| pid.parse().unwrap())
            .collect()
    }

    /// Whether it is ready to accept connections; otherwise it has ended.
    fn try_start(&mut self) -> bool {
        let mut command = self.command("postgres");
        command.args(["-D", "data", "-p", &self.port.to_string(), "-k", ""]);
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]);
        for option in &self.options {
            command.args(["-c", option]);
        }
        let mut server = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
        let is_ready = lines
            .by_ref()
            .map_while(Result::ok)
            .any(|line| line.contains("ready to accept connections"));
        // Whatever else it says has to go somewhere, or it would wait.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        self.server = Some(server);
        if !is_ready {
            self.stop_immediately();
        }
        is_ready
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.binaries.join(name));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        // It refuses to run as root.
        if let Some((user, group)) = unprivileged() {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let pid = server.id().to_string();
            // The children end with it. The signal does nothing if it has ended already.
            let script = "kill -QUIT \"$0\"; kill -CONT \"$0\"";
            drop(Command::new("sh").args(["-c", script, &pid]).status());
            drop(server.wait());
        }
    }
}

fn signal(name: &str, pids: &[u32]) {
    // A process may have ended by itself meanwhile.
    let script = "name=$1; shift; for pid; do kill -\"$name\" \"$pid\" 2>/dev/null; done; true";
    let mut kill = Command::new("sh");
    kill.args(["-c", script, "sh", name]);
    kill.args(pids.iter().map(u32::to_string));
    assert!(kill.status().unwrap().success());
}

/// The folder of the newest installed server: Debian keeps them apart by version.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let number = |folder: &PathBuf| {
        let version = folder.parent()?.file_name()?.to_str()?;
        version.parse::<u32>().ok()
    };
    folders
        .filter(|folder| folder.join("initdb").exists())
        .max_by_key(number)
}

/// User and group to run as instead of root; `None` for other users.
fn unprivileged() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        text.trim().parse::<u32>().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?))
}
