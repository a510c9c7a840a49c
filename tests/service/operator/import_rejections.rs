//! What `user import` says of rows and files that are not in order.

use std::process::Stdio;

use accounts_testkit::{Case, RunningService, async_cases};
use chrono::DateTime;
use rocket_accounts::auth::MovedAccount;
use rocket_accounts::domain::credentials::{PasswordHash, PersonName, Username};
use serde_json::json;

use super::fixture::{Fixture, all_users};

pub(crate) fn cases() -> Vec<Case> {
    async_cases![
        every_rejected_row_is_told_with_its_reason,
        rejected_objects_are_told_with_their_line,
        a_file_that_is_no_such_file_is_refused_whole,
        an_import_whose_report_nobody_reads_has_failed,
        a_hash_that_costs_too_much_is_not_computed_at_a_login_either
    ]
}

const ARRAY: &str = include_str!("../../django/users.json");
const LINES: &str = include_str!("../../django/users.jsonl");

/// Takes a core for most of a minute, and 1 GiB.
const DEAR: &str = "argon2$argon2id$v=19$m=1048576,t=64,p=16$YUx6ZmNDam5IdFFJdldSQkxaMzdSVg$0wEdJBIGDkiIw3hrB+dxFeQubGVY5YDw3tTylHWwCrs";

async fn every_rejected_row_is_told_with_its_reason() {
    let fixture = Fixture::new();
    let hash = "pbkdf2_sha1$1000$salt$TH87BINjmc8BRtphwuRka9SEf40=";
    let row = |name: &str, hash: &str, active: &str, date: &str, first: &str| {
        format!("{name},{hash},{active},{date},{first}\n")
    };
    let dear = format!("\"{DEAR}\"");
    let date = "2019-03-04 05:06:07";
    let long = "x".repeat(151);
    let mut text = b"username,password,is_active,date_joined,first_name\n".to_vec();
    for line in [
        row("fine", hash, "1", date, ""),
        row(&long, hash, "1", date, ""),
        row("", hash, "1", date, ""),
        row("two words", hash, "1", date, ""),
        row("no-date", hash, "1", "yesterday", ""),
        row("no-flag", hash, "perhaps", date, ""),
        row("no-hash", "swordfish", "1", date, ""),
        row("dear", &hash.replace("1000", "5000001"), "1", date, ""),
        row("dearer", &dear, "1", date, ""),
        row("long", hash, "1", date, &long),
        row("bell", hash, "1", date, "a\u{7}b"),
        row("FINE", hash, "1", date, ""),
        "short,row\n".to_owned(),
    ] {
        text.extend_from_slice(line.as_bytes());
    }
    text.extend_from_slice(b"latin1,!,1,2019-03-04 05:06:07,Zo\xeb\n");
    let outcome = fixture.import(text, &[]);
    outcome.expect(1);
    let rejected = outcome.lines_beginning("rejected").join("\n");
    let expected = [
        "rejected  3  -  the username must have at most 150 characters",
        "rejected  4  -  the username must not be empty",
        "rejected  5  -  the username may hold only the letters A to Z, digits and . @ + - _",
        "rejected  6  no-date  date_joined is not a date and time",
        "rejected  7  no-flag  is_active is neither true nor false",
        "rejected  8  no-hash  the format of the password hash is unknown, or the hash costs too much",
        "rejected  9  dear  the format of the password hash is unknown, or the hash costs too much",
        "rejected  10  dearer  the format of the password hash is unknown, or the hash costs too much",
        "rejected  11  long  the first_name must have at most 150 characters",
        "rejected  12  bell  the first_name must not contain control characters",
        "rejected  13  FINE  the username is in the file twice, perhaps in another letter case",
        "rejected  14  -  cannot be read: 2 fields instead of 5",
        "rejected  15  -  cannot be read: not UTF-8",
    ];
    assert_eq!(rejected, expected.join("\n"));
    assert!(!outcome.stdout.contains("swordfish"));
    assert_eq!(
        outcome.stderr,
        "rocket-accounts: 13 rows were rejected; see the report\n"
    );
    assert_eq!(all_users(&fixture.accounts().await).await.len(), 1);
}

async fn rejected_objects_are_told_with_their_line() {
    let fixture = Fixture::new();
    let good = LINES.lines().nth(1).unwrap();
    let lines = [
        good,
        "",
        "{\"model\": \"auth.user\",",
        "[1]",
        "{\"model\": \"auth.user\", \"fields\": 7}",
        "{\"fields\": {}}",
        "{\"model\": \"auth.group\", \"fields\": {}}",
        "{\"username\": null}",
        "{\"username\": \"ada\", \"password\": \"!\", \"is_active\": true}",
    ];
    let outcome = fixture.import(lines.join("\n"), &[]);
    outcome.expect(1);
    let rejected = outcome.lines_beginning("rejected");
    let at: Vec<_> = rejected
        .iter()
        .map(|line| line.split("  ").nth(1).unwrap())
        .collect();
    assert_eq!(at, ["3", "4", "5", "6", "8", "9"], "{rejected:?}");
    assert!(rejected[5].ends_with("ada  has no column date_joined"));
    assert!(
        outcome
            .stdout
            .contains("\n1 imported, 0 existed, 6 rejected\n")
    );
}

async fn a_file_that_is_no_such_file_is_refused_whole() {
    let fixture = Fixture::new();
    let cut = &ARRAY[..ARRAY.len() / 2];
    for (text, reason) in [
        ("", "is empty"),
        (" \n\t", "is empty"),
        (
            "username,password,is_active\nada,!,t\n",
            "date_joined is missing",
        ),
        (cut, "is not a complete JSON array"),
    ] {
        let outcome = fixture.import(text, &[]);
        outcome.expect(1);
        assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    }
    let missing = ["user", "import", "--from-django", "no-such-file"];
    let outcome = fixture.run(&missing);
    outcome.expect(1);
    assert!(
        outcome.stderr.contains("cannot be opened"),
        "{}",
        outcome.stderr
    );
    fixture.run(&["user", "import"]).expect(2);
    assert!(all_users(&fixture.accounts().await).await.is_empty());
}

/// Other commands succeed when their output is closed; an import that could not report its rows does not.
async fn an_import_whose_report_nobody_reads_has_failed() {
    let fixture = Fixture::new();
    let file = fixture.file("users.json", ARRAY);
    let import = ["user", "import", "--from-django", file.to_str().unwrap()];
    let mut command = fixture.command(&import);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let outcome = String::from_utf8(ended.stderr).unwrap();
    assert!(
        outcome.contains("cannot write the report; aborting"),
        "{outcome}"
    );
}

/// A row may have come into the database in another way than by the import.
async fn a_hash_that_costs_too_much_is_not_computed_at_a_login_either() {
    let fixture = Fixture::new();
    let accounts = fixture.accounts().await;
    let own = DEAR.trim_start_matches("argon2");
    for (name, hash) in [("imported", DEAR), ("own", own)] {
        let account = MovedAccount {
            username: Username::parse(name).unwrap(),
            first_name: PersonName::default(),
            last_name: PersonName::default(),
            password_hash: Some(PasswordHash::new(hash.to_owned())),
            is_active: true,
            created_at: DateTime::UNIX_EPOCH,
        };
        accounts.import_user(account).await.unwrap();
    }
    let mut command = fixture.command(&["serve"]);
    command.env("ROCKET_PORT", "0");
    let mut service = RunningService::start(command);
    for name in ["imported", "own"] {
        service.take_log();
        let mut attempt = service.request("POST", "/accounts/auth/login/");
        attempt = attempt.json(&json!({"username": name, "password": "swordfish"}));
        // Waits for less time than such a hash takes.
        attempt.send().expect_problem(401, "invalid_credentials");
        service.wait_for("login_failed");
        let log = service.log();
        assert_eq!(
            log.matches("costs more than is verified").count(),
            1,
            "{log}"
        );
    }
}
