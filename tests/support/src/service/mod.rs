//! The real binary, in a folder and with an environment of its own.

mod outcome;
mod preload;
mod running;
mod skew;
mod user;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub use outcome::Outcome;
use outcome::finish;
pub use preload::Preload;
pub use running::RunningService;
pub use skew::ClockSkew;
pub use user::User;

use crate::{Backend, PASSWORD, Schema};

/// A folder and an environment in which the binary is run. Nothing of this process's own
/// environment reaches it but the path.
pub struct TestService {
    binary: PathBuf,
    folder: TempDir,
    variables: Vec<(String, String)>,
    schema: Option<Schema>,
    user: Option<User>,
}

impl TestService {
    /// A service with the profile `debug`: SQLite, plain cookie names, open registration.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        let new = Self {
            binary: binary.into(),
            folder: TempDir::new().unwrap(),
            variables: Vec::new(),
            schema: None,
            user: None,
        };
        new.set("ROCKET_PROFILE", "debug")
    }

    /// Keeps everything in `backend`, in a database of its own, for pages of
    /// [`ORIGIN`](crate::ORIGIN), whichever port the service gets.
    pub fn on(self, backend: Backend) -> Self {
        let mut fixture = self.set("ACCOUNTS_PUBLIC_ORIGIN", crate::ORIGIN);
        let url = match backend {
            Backend::Memory => return fixture.set("ACCOUNTS_STORE", "memory"),
            Backend::Sqlite => format!("sqlite://{}/accounts.sqlite3", fixture.path().display()),
            Backend::Postgres => fixture.schema.insert(Schema::create()).url(),
        };
        fixture
            .set("ACCOUNTS_STORE", &backend.to_string())
            .set("ACCOUNTS_DATABASE__AUTO_MIGRATE", "true")
            .set("DATABASE_URL", &url)
    }

    /// As behind a proxy on this machine that speaks https for `origin`, strict, with open
    /// registration and without limits.
    pub fn behind_a_proxy(self, backend: Backend, origin: &str) -> Self {
        // 32 bytes that no deployment has.
        const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY";
        self.on(backend)
            .cheap_hashing()
            .set("ROCKET_PROFILE", "behind_a_proxy")
            .set("ACCOUNTS_KEYS__ACTIVE", KEY)
            .set("ACCOUNTS_PUBLIC_ORIGIN", origin)
            .set("ACCOUNTS_PROXY__TRUSTED", "127.0.0.1")
            .set("ACCOUNTS_REGISTRATION", "open")
            .set("ACCOUNTS_THROTTLE__ENABLED", "false")
    }

    /// Keeps everything in the Postgres database with this URL, which no other test uses.
    pub fn on_postgres_at(self, url: &str) -> Self {
        self.set("ACCOUNTS_PUBLIC_ORIGIN", crate::ORIGIN)
            .set("ACCOUNTS_STORE", "postgres")
            .set("ACCOUNTS_DATABASE__AUTO_MIGRATE", "true")
            .set("DATABASE_URL", url)
    }

    /// Hashing at a cost for tests: the many logins of a suite are not about hashing.
    pub fn cheap_hashing(self) -> Self {
        self.set("ACCOUNTS_PASSWORD__ALLOW_INSECURE_COST", "true")
            .set("ACCOUNTS_PASSWORD__MEMORY_KIB", "64")
            .set("ACCOUNTS_PASSWORD__ITERATIONS", "1")
    }

    /// Gives the folder to the user of this number, who runs everything from now on; for root.
    pub fn run_by(mut self, number: u32) -> Self {
        let user = User::new(number, &self.binary);
        user.own(self.path());
        self.user = Some(user);
        self
    }

    /// Sets a variable of the environment.
    pub fn set(mut self, variable: &str, value: &str) -> Self {
        self.variables.retain(|(name, _)| name != variable);
        self.variables.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The Postgres schema, on Postgres.
    pub fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref()
    }

    /// Writes a file into the folder.
    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path().join(file), text).unwrap();
    }

    /// The binary with `arguments`, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let Some(user) = &self.user else {
            return self.command_of(&self.binary, arguments);
        };
        let mut command = self.command_of(&user.binary(), arguments);
        user.run(&mut command);
        command
    }

    /// The same by the user of this process.
    pub fn run_as_current_user(&self, arguments: &[&str]) -> Outcome {
        finish(self.command_of(&self.binary, arguments), "")
    }

    fn command_of(&self, binary: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with_input(arguments, "")
    }

    /// Runs a command with `input` on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Outcome {
        finish(self.command(arguments), input)
    }

    /// Creates a user with [`PASSWORD`], by command.
    pub fn create_user(&self, name: &str) {
        let created = self.run_with_input(&["user", "create", name], &format!("{PASSWORD}\n"));
        created.expect(0);
    }

    /// Starts the service on a port that the system chooses, and waits until it listens.
    #[track_caller]
    pub fn serve(&self) -> RunningService {
        self.serve_on(0)
    }

    /// Starts the service on `port`, and waits until it listens.
    #[track_caller]
    pub fn serve_on(&self, port: u16) -> RunningService {
        self.serve_on_with(port, &[])
    }

    /// Starts the service on `port` with variables of its own, as one of several replicas.
    #[track_caller]
    pub fn serve_on_with(&self, port: u16, variables: &[(String, String)]) -> RunningService {
        self.serve_as(None, port, variables)
    }

    /// The same with another binary, such as that of an earlier version.
    #[track_caller]
    pub fn serve_as(
        &self,
        binary: Option<&Path>,
        port: u16,
        variables: &[(String, String)],
    ) -> RunningService {
        let mut command = match binary {
            Some(binary) => self.command_of(binary, &[]),
            None => self.command(&[]),
        };
        command.env("ROCKET_PORT", port.to_string());
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        RunningService::start(command)
    }
}
