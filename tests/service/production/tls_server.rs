//! A Postgres server that takes TLS and passwords alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use accounts_testkit::{DirectConnection, Postgres};
use tempfile::TempDir;

use super::certificate_authority::Authority;

/// The password of the service's role.
pub(crate) const PASSWORD: &str = "canary-of-the-database";

/// The names that its certificate is for. The system connects to 0.0.0.0 as to this machine, but it is
/// no address of it.
const NAMES: [&str; 2] = ["localhost", "0.0.0.0"];

pub(crate) struct TlsServer {
    postgres: Postgres,
    _files: TempDir,
    roots: TempDir,
}

impl TlsServer {
    pub(crate) fn start() -> Self {
        let mut postgres = Postgres::start(&[]);
        let files = TempDir::new().unwrap();
        let certificate_authority = Authority::new();
        let (certificate, key) = certificate_authority.issue(&NAMES);
        postgres.own(files.path());
        let put = |name: &str, text: &str| {
            let path = files.path().join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            postgres.own(&path);
            path
        };
        let operator = DirectConnection::at(&postgres.url());
        operator.execute(&format!("CREATE ROLE service LOGIN PASSWORD '{PASSWORD}'"));
        operator.execute("CREATE DATABASE accounts OWNER service");
        for (setting, file) in [
            ("ssl_cert_file", put("server.pem", &certificate)),
            ("ssl_key_file", put("server.key", &key)),
            (
                "hba_file",
                put(
                    "hba",
                    "hostssl all accounts all trust\nhostssl all all all scram-sha-256\n",
                ),
            ),
        ] {
            operator.execute(&format!(
                "ALTER SYSTEM SET {setting} = '{}'",
                file.display()
            ));
        }
        operator.execute("ALTER SYSTEM SET ssl = on");
        drop(operator);
        postgres.stop_immediately();
        postgres.start_again();
        let roots = TempDir::new().unwrap();
        fs::set_permissions(roots.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let new = Self {
            postgres,
            _files: files,
            roots,
        };
        new.write_root("ca.pem", certificate_authority.root());
        new
    }

    fn write_root(&self, name: &str, text: &str) -> PathBuf {
        let path = self.roots.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// The root that signed its certificate.
    pub(crate) fn root(&self) -> PathBuf {
        self.roots.path().join("ca.pem")
    }

    /// Another one, of the same name.
    pub(crate) fn other_root(&self) -> PathBuf {
        self.write_root("other.pem", Authority::new().root())
    }

    /// The service's URL.
    pub(crate) fn url(&self, host: &str, query: &str) -> String {
        let port = self.postgres.address().port();
        format!("postgres://service:{PASSWORD}@{host}:{port}/accounts{query}")
    }

    /// The query that names a root.
    pub(crate) fn with(root: &Path) -> String {
        format!("?sslrootcert={}", root.display())
    }

    /// A connection of the operator.
    pub(crate) fn operator(&self) -> DirectConnection {
        DirectConnection::at(&format!("{}?sslmode=require", self.postgres.url()))
    }
}
