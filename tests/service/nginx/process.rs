//! nginx with a shipped configuration, in a folder of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use accounts_testkit::{Browser, Client, Request, Tls, free_port, program, write_front_end};
use tempfile::TempDir;

/// The host of the shipped files.
pub(crate) const HOST: &str = "app.example";

/// Around the shipped file: what a distribution's own nginx.conf has.
const MAIN: &str = "user root;\ndaemon off;\npid nginx.pid;\nerror_log stderr notice;\n\
                    worker_processes 2;\nevents { worker_connections 256; }\n\
                    http {\ninclude /etc/nginx/mime.types;\n\
                    default_type application/octet-stream;\nlog_format upstream \"$upstream_addr $upstream_status\";\n\
                    access_log access.log upstream;\nclient_body_temp_path tmp-body;\n\
                    proxy_temp_path tmp-proxy;\nfastcgi_temp_path tmp-1;\nuwsgi_temp_path tmp-2;\n\
                    scgi_temp_path tmp-3;\ninclude site.conf;\n}\n";

/// A running nginx; stopped when it goes out of scope.
pub(crate) struct Nginx {
    child: Child,
    folder: TempDir,
    certificate: Vec<u8>,
    http: u16,
    https: u16,
}

impl Nginx {
    /// Starts it with `examples/nginx/<file>`, in which each of `changes` must be found.
    pub(crate) fn start(file: &str, changes: &[(&str, String)]) -> Self {
        Self::start_changed(file, changes, |_, text| text)
    }

    /// The same; `spoil` may change the text of each file by its name.
    pub(crate) fn start_changed(
        file: &str,
        changes: &[(&str, String)],
        spoil: impl Fn(&str, String) -> String,
    ) -> Self {
        Self::start_on(free_port(), file, changes, spoil)
    }

    /// The same, with https on `https`.
    pub(crate) fn start_on(
        https: u16,
        file: &str,
        changes: &[(&str, String)],
        spoil: impl Fn(&str, String) -> String,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let text = |name: &str| at(name).display().to_string();
        write_front_end(&at("app"));
        std::fs::create_dir(at("accounts")).unwrap();

        let key =
            rcgen::generate_simple_self_signed([HOST.to_owned(), "localhost".to_owned()]).unwrap();
        std::fs::write(at("cert.pem"), key.cert.pem()).unwrap();
        std::fs::write(at("key.pem"), key.signing_key.serialize_pem()).unwrap();

        let http = free_port();
        let changes = [
            ("listen 80;", format!("listen 127.0.0.1:{http};")),
            ("listen 443 ssl", format!("listen 127.0.0.1:{https} ssl")),
            ("/etc/nginx/tls/app.example.crt", text("cert.pem")),
            ("/etc/nginx/tls/app.example.key", text("key.pem")),
            ("/srv/app", text("app")),
        ]
        .into_iter()
        .chain(changes.iter().cloned());
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/nginx");
        let mut site = std::fs::read_to_string(shipped.join(file)).unwrap();
        for (from, to) in changes {
            assert!(site.contains(from), "no {from:?} in {file}");
            site = site.replace(from, &to);
        }
        std::fs::write(at("site.conf"), spoil(file, site)).unwrap();
        for entry in std::fs::read_dir(shipped.join("accounts")).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let part = std::fs::read_to_string(entry.path()).unwrap();
            std::fs::write(at("accounts").join(&name), spoil(&name, part)).unwrap();
        }
        std::fs::write(at("nginx.conf"), MAIN).unwrap();
        Self {
            child: run(folder.path()),
            certificate: key.cert.der().to_vec(),
            folder,
            http,
            https,
        }
    }

    /// A file with the certificate.
    pub(crate) fn certificate_file(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// The folder of the front end.
    pub(crate) fn front_end(&self) -> PathBuf {
        self.folder.path().join("app")
    }

    /// Who answered each request, and how.
    pub(crate) fn access_log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("access.log")).unwrap()
    }

    /// A client on plain http.
    pub(crate) fn plain(&self) -> Client {
        Client::new(SocketAddr::from(([127, 0, 0, 1], self.http)))
    }

    /// A client on https.
    pub(crate) fn client(&self) -> Client {
        let address = SocketAddr::from(([127, 0, 0, 1], self.https));
        Client::new(address).tls(Tls::new(self.certificate.clone(), HOST))
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.client())
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        self.client().request(method, path)
    }

    /// Lets requests end and waits until it is gone.
    pub(crate) fn stop(mut self) {
        self.signal("QUIT");
        assert!(self.child.wait().unwrap().success());
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let script = "kill -\"$0\" \"$1\"";
        let sent = Command::new("sh").args(["-c", script, name, &pid]).status();
        assert!(sent.unwrap().success());
    }
}

/// Starts nginx and waits until it listens.
fn run(folder: &Path) -> Child {
    let program = program("nginx").unwrap_or_else(|| panic!("nginx is not installed"));
    let mut command = Command::new(program);
    command
        .arg("-p")
        .arg(folder)
        .args(["-c", "nginx.conf", "-e", "stderr"]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = String::new();
    // The sockets are open before the first worker is started.
    while !said.contains("start worker process") {
        match lines.next() {
            Some(line) => said = format!("{said}{}\n", line.unwrap()),
            None => panic!("nginx does not start:\n{said}"),
        }
    }
    // Shown in the output of a test that failed.
    let complaints = lines
        .map_while(Result::ok)
        .filter(|line| line.contains("[error]"));
    std::thread::spawn(move || complaints.for_each(|line| eprintln!("{line}")));
    child
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Already over after `stop`; then there is no process to signal.
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal("TERM");
            drop(self.child.wait());
        }
    }
}
