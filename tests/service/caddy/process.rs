//! Caddy with a shipped configuration, in a folder of its own, before the service.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use accounts_testkit::{
    Backend, Browser, Client, Request, RunningService, TestService, Tls, UpstreamApp, free_port,
    program, test_service, write_front_end,
};
use tempfile::TempDir;

/// The host of the shipped files.
const HOST: &str = "app.example";
pub(crate) const ORIGIN: &str = "https://app.example";

/// A service, an application that knows nothing of tokens, and Caddy before both; it is stopped when
/// this goes out of scope.
pub(crate) struct Site {
    child: Child,
    folder: TempDir,
    certificate: Vec<u8>,
    https: u16,
    service: Option<RunningService>,
    pub(crate) api: UpstreamApp,
    _place: TestService,
}

impl Site {
    /// Starts it with `examples/caddy/<file>`.
    pub(crate) fn start(file: &str) -> Self {
        let fixture = test_service!().behind_a_proxy(Backend::Sqlite, ORIGIN);
        let service = fixture.serve();
        let api = UpstreamApp::start();
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        write_front_end(&at("app"));
        let key = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        std::fs::write(at("cert.pem"), key.cert.pem()).unwrap();
        std::fs::write(at("key.pem"), key.signing_key.serialize_pem()).unwrap();

        let https = free_port();
        let tls = |name: &str| at(name).display().to_string();
        let changes = [
            (
                "\tadmin off\n",
                format!("\tadmin off\n\tauto_https disable_redirects\n\thttps_port {https}\n"),
            ),
            (
                "app.example {\n",
                format!(
                    "app.example {{\n\tbind 127.0.0.1\n\ttls {} {}\n",
                    tls("cert.pem"),
                    tls("key.pem")
                ),
            ),
            ("/srv/app", tls("app")),
            ("127.0.0.1:8000", service.address().to_string()),
            ("127.0.0.1:9000", api.address().to_string()),
        ];
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/caddy");
        let read = |name: &str| std::fs::read_to_string(shipped.join(name)).unwrap();
        let (mut site, mut parts) = (read(file), read("accounts.caddy"));
        for (from, to) in changes {
            let is_available = site.contains(from) || parts.contains(from);
            // Only one of the files has an application.
            assert!(
                is_available || from.ends_with(":9000"),
                "no {from:?} in {file}"
            );
            site = site.replace(from, &to);
            parts = parts.replace(from, &to);
        }
        std::fs::write(at("Caddyfile"), site).unwrap();
        std::fs::write(at("accounts.caddy"), parts).unwrap();
        Self {
            child: run(folder.path()),
            certificate: key.cert.der().to_vec(),
            folder,
            https,
            service: Some(service),
            api,
            _place: fixture,
        }
    }

    /// The folder of the front end.
    pub(crate) fn front_end(&self) -> PathBuf {
        self.folder.path().join("app")
    }

    pub(crate) fn client(&self) -> Client {
        let address = SocketAddr::from(([127, 0, 0, 1], self.https));
        // Caddy answers no other host.
        let client = Client::new(address).host(HOST);
        client.tls(Tls::new(self.certificate.clone(), HOST))
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        self.client().request(method, path)
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.client())
    }

    pub(crate) fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        browser.register(name).expect(201);
        browser
    }

    /// A request to the API with the browser's cookies.
    pub(crate) fn to_the_api(&self, browser: &Browser, method: &str) -> Request {
        let request = self.request(method, "/api/notes");
        match browser.cookie_header("user/") {
            Some(cookies) => request.header("Cookie", cookies),
            None => request,
        }
    }

    /// Ends the service; Caddy goes on.
    pub(crate) fn stop_service(&mut self) {
        let service = self.service.take().unwrap();
        assert_eq!(service.stop().0, Some(0));
    }
}

/// Starts Caddy and waits until it listens.
fn run(folder: &Path) -> Child {
    let program = program("caddy").unwrap_or_else(|| panic!("caddy is not installed"));
    let mut command = Command::new(program);
    command
        .args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"])
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"));
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = String::new();
    // The last that it says of a start.
    while !said.contains("serving initial configuration") {
        match lines.next() {
            Some(line) => said = format!("{said}{}\n", line.unwrap()),
            None => panic!("caddy does not start:\n{said}"),
        }
    }
    // Shown in the output of a test that failed.
    let complaints = lines
        .map_while(Result::ok)
        .filter(|line| line.contains("\"level\":\"error\""));
    std::thread::spawn(move || complaints.for_each(|line| eprintln!("{line}")));
    child
}

impl Drop for Site {
    fn drop(&mut self) {
        // Killed: it keeps nothing, and would wait for idle connections.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
