//! `user import --from-django`, with files that a real Django wrote (`tests/django/record.py`).

use accounts_testkit::{Case, Outcome, async_cases};
use chrono::{DateTime, Utc};
use rocket_accounts::auth::Error;

use super::fixture::{Fixture, all_users, log_in, stored};

pub(crate) fn cases() -> Vec<Case> {
    async_cases![
        users_in_a_csv_file_sign_in_and_are_upgraded,
        users_in_json_lines_sign_in_and_are_upgraded,
        users_in_a_fixture_sign_in_and_are_upgraded,
        rows_without_a_fixture_around_them_are_taken,
        the_old_identifiers_are_kept_in_a_mapping,
        a_row_without_an_identifier_is_not_imported_into_a_mapping,
    ]
}

pub(super) const CSV: &str = include_str!("../../django/users.csv");
const ARRAY: &str = include_str!("../../django/users.json");
const LINES: &str = include_str!("../../django/users.jsonl");

pub(super) const PASSWORD: &str = "correct horse battery staple";

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
fn assert_no_hash(outcome: &Outcome) {
    for line in CSV.lines().chain(LINES.lines()) {
        for part in line.split(['$', ',', '"']).filter(|part| part.len() > 20) {
            assert!(
                !outcome.stdout.contains(part) && !outcome.stderr.contains(part),
                "{part}"
            );
        }
    }
}

async fn all_users_sign_in(text: &str, first_rejected: u64) {
    let fixture = Fixture::new();
    let outcome = fixture.import(text, &[]);
    outcome.expect(1);
    assert!(
        outcome
            .stdout
            .contains("\n9 imported, 0 existed, 3 rejected\n"),
        "{}",
        outcome.stdout
    );
    let rejected: Vec<_> = (first_rejected..)
        .zip(REJECTED)
        .map(|(at, reason)| format!("rejected  {at}  {reason}"))
        .collect();
    assert_eq!(outcome.lines_beginning("rejected"), rejected);
    assert!(outcome.lines_beginning("ignored")[0].contains("is_superuser, last_login"));
    assert!(
        outcome
            .stdout
            .contains("IMPORTED_COST='pbkdf2_sha256$1000000'")
    );
    assert_no_hash(&outcome);

    let accounts = fixture.accounts().await;
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

async fn users_in_a_csv_file_sign_in_and_are_upgraded() {
    all_users_sign_in(CSV, 11).await;
}

async fn users_in_json_lines_sign_in_and_are_upgraded() {
    all_users_sign_in(LINES, 10).await;
}

async fn users_in_a_fixture_sign_in_and_are_upgraded() {
    all_users_sign_in(ARRAY, 10).await;
}

async fn rows_without_a_fixture_around_them_are_taken() {
    let fixture = Fixture::new();
    let row = r#"{"username":"ada","password":"!","is_active":1,"date_joined":"2019-03-04 05:06:07+00","nickname":"x"}"#;
    let outcome = fixture.import(format!("\u{feff}\n{row}\n\n"), &[]);
    outcome.expect(0);
    assert_eq!(
        outcome.lines_beginning("ignored"),
        ["ignored   columns nickname"]
    );
    assert_eq!(
        stored(&fixture.accounts().await, "ada")
            .await
            .user
            .first_name,
        ""
    );
}

/// Foreign keys of the other program find their users again.
async fn the_old_identifiers_are_kept_in_a_mapping() {
    for text in [CSV, ARRAY, LINES] {
        let fixture = Fixture::new();
        let file = fixture.file("mapping.csv", "what was there before");
        let more = ["--mapping", file.to_str().unwrap()];
        fixture.import(text, &more).expect(1);
        let first = std::fs::read_to_string(&file).unwrap();
        let accounts = fixture.accounts().await;
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
        let again = fixture.import(text, &more);
        again.expect(1);
        assert!(
            again
                .stdout
                .contains("\n0 imported, 9 existed, 3 rejected\n")
        );
        assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    }
}

async fn a_row_without_an_identifier_is_not_imported_into_a_mapping() {
    let fixture = Fixture::new();
    let file = fixture.file("mapping.csv", "");
    let row =
        r#"{"username":"ada","password":"!","is_active":1,"date_joined":"2019-03-04 05:06:07+00"}"#;
    for id in ["", r#""id":"1;2","#, r#""id":null,"#] {
        let row = row.replacen('{', &format!("{{{id}"), 1);
        let outcome = fixture.import(&row, &["--mapping", file.to_str().unwrap()]);
        outcome.expect(1);
        let expected = "rejected  1  ada  has no id, which --mapping needs";
        assert_eq!(outcome.lines_beginning("rejected"), [expected]);
        assert!(all_users(&fixture.accounts().await).await.is_empty());
    }
    fixture.import(row, &[]).expect(0);
}
