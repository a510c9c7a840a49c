//! `user import --from-django`, with files that a real Django wrote (`tests/django/record.py`).

use std::fmt::Write as _;
use std::process::Stdio;

use chrono::{DateTime, Utc};
use rocket_accounts::auth::Error;

use crate::world::{World, everybody, log_in, stored};

const CSV: &str = include_str!("../django/users.csv");
const ARRAY: &str = include_str!("../django/users.json");
const LINES: &str = include_str!("../django/users.jsonl");

const PASSWORD: &str = "correct horse battery staple";

/// Who can sign in, and with what.
fn passwords() -> [(&'static str, String); 7] {
    [
        ("Ada.Lovelace", PASSWORD.to_owned()),
        ("grace", PASSWORD.to_owned()),
        ("alan", PASSWORD.to_owned()),
        ("edsger", "0123456789".repeat(15)),
        ("barbara", PASSWORD.to_owned()),
        ("donald", " blanks around and  within ".to_owned()),
        ("chloe", "cafe\u{301} au lait".to_owned()),
    ]
}

const REJECTED: [&str; 3] = [
    "-  the username may hold only the letters A to Z, digits and . @ + - _",
    "ADA.lovelace  the username is in the file twice, perhaps in another letter case",
    "relic  the format of the password hash is unknown, or the hash costs too much",
];

#[track_caller]
fn assert_no_hash(said: &crate::world::Said) {
    for line in CSV.lines().chain(LINES.lines()) {
        for part in line.split(['$', ',', '"']).filter(|part| part.len() > 20) {
            assert!(
                !said.out.contains(part) && !said.err.contains(part),
                "{part}"
            );
        }
    }
}

async fn everybody_signs_in(text: &str, first_rejected: u64) {
    let world = World::new();
    let said = world.import(text, &[]).expect(1);
    assert!(
        said.out.contains("\n9 imported, 0 existed, 3 rejected\n"),
        "{}",
        said.out
    );
    let rejected: Vec<_> = (first_rejected..)
        .zip(REJECTED)
        .map(|(at, reason)| format!("rejected  {at}  {reason}"))
        .collect();
    assert_eq!(said.lines("rejected"), rejected);
    assert!(said.lines("ignored")[0].contains("is_superuser, last_login"));
    assert!(said.out.contains("IMPORTED_COST='pbkdf2_sha256$1000000'"));
    assert_no_hash(&said);

    let accounts = world.accounts().await;
    for (name, password) in passwords() {
        let wrong = log_in(&accounts, name, &password[1..]).await;
        assert!(matches!(wrong, Err(Error::InvalidCredentials)), "{name}");
        let before = stored(&accounts, name).await.password_hash.unwrap();
        assert!(!before.expose().starts_with("$argon2id$"), "{name}");
        log_in(&accounts, name, &password).await.unwrap();
        let upgraded = stored(&accounts, name).await.password_hash.unwrap();
        assert!(
            upgraded.expose().starts_with("$argon2id$v=19$m=64,"),
            "{name}"
        );
        log_in(&accounts, name, &password).await.unwrap();
        let kept = stored(&accounts, name).await.password_hash.unwrap();
        assert_eq!(kept, upgraded, "{name}");
    }
    for name in ["left", "single-sign-on", "relic", "ADA"] {
        let refused = log_in(&accounts, name, PASSWORD).await;
        assert!(matches!(refused, Err(Error::InvalidCredentials)), "{name}");
    }
    let ada = stored(&accounts, "ada.lovelace").await.user;
    assert_eq!(
        (ada.first_name.as_str(), ada.last_name.as_str()),
        ("Ada", "Lovelace, Countess")
    );
    let joined: DateTime<Utc> = "2019-03-04T05:06:07.891Z".parse().unwrap();
    assert_eq!(ada.created_at.timestamp_millis(), joined.timestamp_millis());
    assert!(!stored(&accounts, "left").await.user.is_active);
    assert_eq!(
        stored(&accounts, "single-sign-on").await.password_hash,
        None
    );
}

#[tokio::test]
async fn users_in_a_csv_file_sign_in_and_are_upgraded() {
    everybody_signs_in(CSV, 11).await;
}

#[tokio::test]
async fn users_in_json_lines_sign_in_and_are_upgraded() {
    everybody_signs_in(LINES, 10).await;
}

#[tokio::test]
async fn users_in_a_fixture_sign_in_and_are_upgraded() {
    everybody_signs_in(ARRAY, 10).await;
}

#[tokio::test]
async fn rows_without_a_fixture_around_them_are_taken() {
    let world = World::new();
    let row = r#"{"username":"ada","password":"!","is_active":1,"date_joined":"2019-03-04 05:06:07+00","nickname":"x"}"#;
    let said = world.import(format!("\u{feff}\n{row}\n\n"), &[]).expect(0);
    assert_eq!(said.lines("ignored"), ["ignored   columns nickname"]);
    assert_eq!(
        stored(&world.accounts().await, "ada").await.user.first_name,
        ""
    );
}

/// Foreign keys of the other program find their users again.
#[tokio::test]
async fn the_old_identifiers_are_kept_in_a_mapping() {
    for text in [CSV, ARRAY, LINES] {
        let world = World::new();
        let file = world.file("mapping.csv", "what was there before");
        let more = ["--mapping", file.to_str().unwrap()];
        world.import(text, &more).expect(1);
        let first = std::fs::read_to_string(&file).unwrap();
        let accounts = world.accounts().await;
        let mut lines = first.lines();
        assert_eq!(lines.next(), Some("old_id,user_id,username"));
        let mut seen = 0;
        for line in lines {
            let [old, id, name] = line.split(',').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            assert_eq!(stored(&accounts, name).await.user.id.to_string(), id);
            assert!(old.parse::<u32>().unwrap() > 0, "{line}");
            assert_eq!(name == "Ada.Lovelace", old == "1", "{line}");
            seen += 1;
        }
        assert_eq!(seen, 9);
        // Who exists is in the mapping of the next run as well.
        let again = world.import(text, &more).expect(1);
        assert!(again.out.contains("\n0 imported, 9 existed, 3 rejected\n"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    }
}

#[tokio::test]
async fn a_row_without_an_identifier_is_not_imported_into_a_mapping() {
    let world = World::new();
    let file = world.file("mapping.csv", "");
    let row =
        r#"{"username":"ada","password":"!","is_active":1,"date_joined":"2019-03-04 05:06:07+00"}"#;
    for id in ["", r#""id":"1;2","#, r#""id":null,"#] {
        let row = row.replacen('{', &format!("{{{id}"), 1);
        let said = world.import(&row, &["--mapping", file.to_str().unwrap()]);
        let said = said.expect(1);
        let expected = "rejected  1  ada  has no id, which --mapping needs";
        assert_eq!(said.lines("rejected"), [expected]);
        assert!(everybody(&world.accounts().await).await.is_empty());
    }
    world.import(row, &[]).expect(0);
}

#[tokio::test]
async fn a_dry_run_judges_the_same_and_writes_nothing() {
    let world = World::new();
    let dry = world.import(CSV, &["--dry-run"]).expect(1);
    assert!(
        dry.out
            .contains("\n9 would be imported, 0 existed, 3 rejected"),
        "{}",
        dry.out
    );
    assert!(everybody(&world.accounts().await).await.is_empty());
    let real = world.import(CSV, &[]).expect(1);
    assert_eq!(dry.lines("rejected"), real.lines("rejected"));
    let again = world.import(CSV, &["--dry-run"]).expect(1);
    assert!(
        again
            .out
            .contains("\n0 would be imported, 9 existed, 3 rejected")
    );
}

#[tokio::test]
async fn an_import_that_is_run_again_changes_nobody() {
    let world = World::new();
    let good = CSV.lines().take(10).collect::<Vec<_>>().join("\n");
    world.import(&good, &[]).expect(0);
    let accounts = world.accounts().await;
    log_in(&accounts, "grace", PASSWORD).await.unwrap();
    let before = stored(&accounts, "grace").await;
    let again = world.import(&good, &[]).expect(0);
    assert_eq!(again.lines("exists").len(), 9);
    assert!(again.out.ends_with("0 imported, 9 existed, 0 rejected\n"));
    assert_eq!(stored(&accounts, "grace").await, before);
}

/// Everybody who is there after the kill is whole, and the next run adds exactly the others.
#[tokio::test]
async fn an_import_that_was_killed_is_finished_by_the_next() {
    const USERS: usize = 2_000;
    let world = World::new();
    let mut rows = String::from("username,password,is_active,date_joined\n");
    let hash = CSV
        .lines()
        .find(|line| line.contains("pbkdf2_sha1$"))
        .unwrap();
    let hash = hash.split(',').nth(1).unwrap();
    for n in 0..USERS {
        writeln!(rows, "user-{n},{hash},t,2019-03-04 05:06:07+00").unwrap();
    }
    let accounts = world.accounts().await;
    let file = world.file("many.csv", &rows);
    let import = ["user", "import", "--from-django", file.to_str().unwrap()];
    let mut child = world
        .command(&import)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while everybody(&accounts).await.len() < 20 {
        assert!(child.try_wait().unwrap().is_none(), "ended too early");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let there = everybody(&accounts).await.len();
    assert!((20..USERS).contains(&there), "{there}");
    for user in everybody(&accounts).await {
        let account = stored(&accounts, user.username.as_str()).await;
        assert_eq!(account.password_hash.unwrap().expose(), hash);
    }

    let said = world.import(&rows, &[]).expect(0);
    let missing = USERS - there;
    let summary = format!("\n{missing} imported, {there} existed, 0 rejected\n");
    assert!(
        said.out.contains(&summary),
        "{}",
        said.out.lines().last().unwrap()
    );
    assert_eq!(everybody(&accounts).await.len(), USERS);
}

/// Security requirement LG1.
#[tokio::test]
async fn a_failed_login_costs_the_same_for_imported_users() {
    let world = World::new();
    world.import(CSV, &[]).expect(1);
    let accounts = world.accounts().await;
    log_in(&accounts, "grace", PASSWORD).await.unwrap();
    // Upgraded, imported with a hash, without one, disabled, unknown, impossible.
    for name in [
        "grace",
        "alan",
        "single-sign-on",
        "left",
        "nobody",
        "two words",
    ] {
        let before = accounts.hashes_computed();
        let refused = log_in(&accounts, name, "wrong").await;
        assert!(matches!(refused, Err(Error::InvalidCredentials)), "{name}");
        assert_eq!(accounts.hashes_computed(), before + 1, "{name}");
    }
}

#[tokio::test]
async fn the_advised_cost_is_one_that_the_configuration_takes() {
    let world = World::new();
    let said = world.import(CSV, &[]).expect(1);
    let (_, advice) = said.out.split_once("IMPORTED_COST='").unwrap();
    let (cost, _) = advice.split_once('\'').unwrap();
    let settings = format!("password = {{ imported_cost = \"{cost}\" }}");
    let accounts = world.accounts_with(&settings).await;
    log_in(&accounts, "barbara", PASSWORD).await.unwrap();
    let mut show = world.command(&["config", "check"]);
    show.env("ACCOUNTS_PASSWORD__IMPORTED_COST", "md5");
    let refused = show.output().unwrap();
    assert_eq!(refused.status.code(), Some(78));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("accounts.password.imported_cost"), "{said}");
}
