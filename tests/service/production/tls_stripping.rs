//! An attacker between the service and its database who refuses TLS and asks for the password.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use accounts_testkit::{Case, TestService, cases};

const PASSWORD: &str = "canary-of-the-database";

pub(crate) fn cases() -> Vec<Case> {
    cases![
        no_byte_of_the_password_is_sent,
        less_than_verify_full_is_refused_without_a_connection,
        what_is_allowed_is_warned_of,
    ]
}

/// Records everything that clients send.
struct Stripper {
    address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Stripper {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<u8>>>::default();
        let record = Arc::clone(&received);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let record = Arc::clone(&record);
                std::thread::spawn(move || strip(client, &record));
            }
        });
        Self { address, received }
    }

    fn url(&self, host: &str, query: &str) -> String {
        let port = self.address.port();
        format!("postgres://ada:{PASSWORD}@{host}:{port}/wanted{query}")
    }

    fn received(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    fn has_the_password(&self) -> bool {
        String::from_utf8_lossy(&self.received.lock().unwrap()).contains(PASSWORD)
    }
}

/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>
fn strip(mut client: TcpStream, record: &Mutex<Vec<u8>>) {
    const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
    const CLEARTEXT_PASSWORD: [u8; 9] = [b'R', 0, 0, 0, 8, 0, 0, 0, 3];
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        record.lock().unwrap().extend(&buffer[..length]);
        let answer: &[u8] = if buffer[..length] == SSL_REQUEST {
            b"N"
        } else {
            &CLEARTEXT_PASSWORD
        };
        // A client that hung up has its reasons.
        drop(client.write_all(answer));
    }
}

fn service_at(url: &str) -> TestService {
    let key = super::new_service().run(&["key", "generate"]).stdout;
    super::new_service()
        .set("ROCKET_PROFILE", "release")
        .set("ACCOUNTS_KEYS__ACTIVE", key.trim())
        .set("ACCOUNTS_PUBLIC_ORIGIN", "https://app.example")
        .set("DATABASE_URL", url)
}

const COMMANDS: [&[&str]; 3] = [
    &["user", "list"],
    &["migrate", "up"],
    &[
        "doctor",
        "--frontend",
        "https://localhost:1",
        "--api",
        "https://localhost:1",
    ],
];

/// The service too, which starts without its database.
fn run_everything(fixture: &TestService) {
    for command in COMMANDS {
        let failed = fixture.run(command);
        failed.expect(1).reveals_none_of(&[PASSWORD]);
        let reported = format!("{}{}", failed.stdout, failed.stderr);
        assert!(reported.contains("does not speak TLS"), "{reported}");
    }
    let mut service = fixture.serve();
    let body = r#"{"username":"ada","password":"correct horse battery staple"}"#;
    let json = [("Content-Type", "application/json")];
    let login = service.send("POST /accounts/auth/login/", &json, body);
    login.expect(503);
    service.wait_for("does not speak TLS");
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains(PASSWORD), "{log}");
}

fn no_byte_of_the_password_is_sent() {
    // Loopback needs no TLS: shows that the attacker does receive a password that is sent.
    let stripper = Stripper::start();
    service_at(&stripper.url("127.0.0.1", ""))
        .run(&["user", "list"])
        .expect(1);
    assert!(stripper.has_the_password());

    for (host, query) in [
        // No address of this machine, although the system connects to it.
        ("0.0.0.0", ""),
        ("0.0.0.0", "?sslmode=verify-full"),
        ("127.0.0.1", "?sslmode=verify-full"),
    ] {
        let stripper = Stripper::start();
        run_everything(&service_at(&stripper.url(host, query)));
        // The service asks for TLS, and says nothing else, not even its role.
        assert!(stripper.received() > 0);
        let received = stripper.received.lock().unwrap();
        assert!(
            received
                .chunks(8)
                .all(|request| request == [0, 0, 0, 8, 4, 210, 22, 47])
        );
    }
}

fn less_than_verify_full_is_refused_without_a_connection() {
    let stripper = Stripper::start();
    for mode in ["disable", "allow", "prefer", "require", "verify-ca"] {
        let written = service_at(&stripper.url("0.0.0.0", &format!("?sslmode={mode}")));
        let inherited = service_at(&stripper.url("0.0.0.0", "")).set("PGSSLMODE", mode);
        for fixture in [written, inherited] {
            for command in [
                &["serve"][..],
                &["config", "check"],
                COMMANDS[0],
                COMMANDS[1],
                COMMANDS[2],
            ] {
                let refused = fixture.run(command);
                refused
                    .expect(78)
                    .reveals_none_of(&[PASSWORD])
                    .says("which is not this machine");
                refused.says("accounts.database.allow_insecure_connection = true");
            }
        }
    }
    assert_eq!(stripper.received(), 0);
}

fn what_is_allowed_is_warned_of() {
    let stripper = Stripper::start();
    let fixture = service_at(&stripper.url("0.0.0.0", "?sslmode=prefer"));
    let fixture = fixture.set("ACCOUNTS_DATABASE__ALLOW_INSECURE_CONNECTION", "true");
    let mut service = fixture.serve();
    service.wait_for("insecure_database_connection");
    drop(service);
    let found = fixture.run(COMMANDS[2]);
    found.prints("WARNS insecure_database_connection");
    assert!(stripper.has_the_password());
}
