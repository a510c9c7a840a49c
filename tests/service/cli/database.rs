//! A database that cannot be used: what the command line and the log say.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use accounts_testkit::{Case, TestService, cases, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_command_names_what_is_wrong_with_the_database,
        the_doctor_names_what_is_wrong_with_the_database,
        a_sqlite_file_that_cannot_be_opened_is_named,
        missing_tables_are_answered_with_the_command_that_makes_them,
        the_log_has_the_cause_once
    ]
}

const CANARY: &str = "canary";

/// A service whose database is configured to be at `at`.
fn at(at: &str, query: &str) -> TestService {
    let key = test_service!().run(&["key", "generate"]).stdout;
    let url = format!("postgres://ada:canary@{at}/wanted{query}");
    test_service!()
        .set("ACCOUNTS_KEYS__ACTIVE", key.trim())
        .set("ACCOUNTS_STORE", "postgres")
        .set("DATABASE_URL", &url)
}

fn closed_port() -> SocketAddr {
    let closed_port = TcpListener::bind("127.0.0.1:0").unwrap();
    closed_port.local_addr().unwrap()
}

/// A Postgres server that refuses every connection with an SQLSTATE, as long as the test runs.
fn refusing(code: &'static str) -> SocketAddr {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in server.incoming().flatten() {
            // A client that hung up early has its reasons.
            drop(refuse(client, code));
        }
    });
    address
}

/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>
fn refuse(mut client: TcpStream, code: &str) -> std::io::Result<()> {
    client.read_exact(&mut [0; 8])?;
    // No TLS here.
    client.write_all(b"N")?;
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let rest = u32::from_be_bytes(length) as usize - length.len();
    client.read_exact(&mut vec![0; rest])?;
    let fields = format!("SFATAL\0VFATAL\0C{code}\0Mthe words of the server\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap();
    client.write_all(b"E")?;
    client.write_all(&length.to_be_bytes())?;
    client.write_all(fields.as_bytes())
}

fn a_command_names_what_is_wrong_with_the_database() {
    let refused = closed_port().to_string();
    let unknown = format!("{}:1", "a".repeat(64));
    let messages = [
        (
            refused.clone(),
            "",
            "connection refused at ".to_owned() + &refused,
        ),
        (
            unknown.clone(),
            "",
            format!("the host name of {unknown} cannot be resolved"),
        ),
        (
            refusing("28P01").to_string(),
            "",
            "the password of role \"ada\" is wrong".to_owned(),
        ),
        (
            refusing("28000").to_string(),
            "",
            "role \"ada\" does not exist, or".to_owned(),
        ),
        (
            refusing("3D000").to_string(),
            "",
            "database \"wanted\" does not exist".to_owned(),
        ),
        // The pool would take these for a server that is starting.
        (
            refusing("57P03").to_string(),
            "",
            "it is starting up".to_owned(),
        ),
        (
            refusing("53300").to_string(),
            "",
            "connections are taken".to_owned(),
        ),
        (
            refusing("28P01").to_string(),
            "?sslmode=require",
            "does not speak TLS".to_owned(),
        ),
    ];
    for (address, query, messages) in messages {
        let fixture = at(&address, query);
        for command in [
            &["user", "create", "ada"][..],
            &["migrate", "up"],
            &["user", "list"],
        ] {
            let failed = fixture.run(command);
            failed
                .expect(1)
                .says(&messages)
                .says(&address)
                .reveals_none_of(&[CANARY]);
            assert!(!failed.stderr.contains("pool"), "{failed:#?}");
        }
    }
}

fn the_doctor_names_what_is_wrong_with_the_database() {
    let fixture = at(&refusing("28P01").to_string(), "");
    let origin = "http://localhost:1";
    let found = fixture.run(&["doctor", "--frontend", origin, "--api", origin]);
    found
        .expect(1)
        .prints("WARNS database_unreachable")
        .prints("the password of role \"ada\" is wrong")
        .reveals_none_of(&[CANARY]);
}

fn a_sqlite_file_that_cannot_be_opened_is_named() {
    let fixture = test_service!().set("DATABASE_URL", "sqlite://folder");
    std::fs::create_dir(fixture.path().join("folder")).unwrap();
    let failed = fixture.run(&["user", "list"]);
    failed
        .expect(1)
        .says("the SQLite file folder cannot be opened");

    let fixture = test_service!().set("DATABASE_URL", "sqlite://file/accounts");
    fixture.write("file", "");
    fixture
        .run(&["serve"])
        .expect(78)
        .says("the SQLite file file/accounts cannot be opened");
}

fn missing_tables_are_answered_with_the_command_that_makes_them() {
    let fixture = test_service!().set("ACCOUNTS_DATABASE__AUTO_MIGRATE", "false");
    for command in [&["user", "create", "ada"][..], &["session", "list", "ada"]] {
        fixture
            .run(command)
            .expect(1)
            .says("run `rocket-accounts migrate up`");
    }
    fixture.run(&["migrate", "up"]).expect(0);
    fixture.create_user("ada");
}

/// The service starts all the same, and does not fill the log.
fn the_log_has_the_cause_once() {
    for auto_migrate in ["true", "false"] {
        let address = refusing("28P01");
        let fixture =
            at(&address.to_string(), "").set("ACCOUNTS_DATABASE__AUTO_MIGRATE", auto_migrate);
        let service = fixture.serve();
        for _ in 0..3 {
            let body = "{\"username\":\"ada\",\"password\":\"correct horse battery staple\"}";
            let json = [("Content-Type", "application/json")];
            service
                .send("POST /accounts/auth/login/", &json, body)
                .expect(503);
        }
        let (code, log) = service.stop();
        assert_eq!(code, Some(0));
        assert!(
            log.contains(&address.to_string()) && !log.contains(CANARY),
            "{log}"
        );
        let messages = log.matches("the password of role \"ada\" is wrong").count();
        assert_eq!(messages, 1, "{log}");
        // That the pools were closed says nothing about the server.
        assert!(!log.contains("can be reached again"), "{log}");
    }
}
