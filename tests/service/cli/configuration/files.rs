//! Settings and keys in files: which are read, which wins, and which are refused.

use super::CANARY;
use accounts_testkit::{Case, cases, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_dotenv_file_is_read_and_the_environment_wins,
        a_bad_line_of_a_dotenv_file_is_not_printed,
        the_file_that_is_named_must_be_there,
        an_applications_file_wins_over_the_built_in_one,
        an_applications_default_section_wins_over_the_built_in_profile,
        a_section_outside_of_a_profile_is_refused_with_what_to_write,
        the_documented_file_is_taken_in_each_of_its_profiles,
        a_key_file_that_is_no_file_is_refused,
        a_key_file_that_is_no_key_is_not_printed
    ]
}

fn a_dotenv_file_is_read_and_the_environment_wins() {
    let fixture = test_service!();
    fixture.write(
        ".env",
        "ACCOUNTS_SESSION__CAP=7\nACCOUNTS_BASE=/from-file\n",
    );
    let checked = fixture.run(&["config", "check"]);
    checked
        .expect(0)
        .prints("accounts.session.cap = 7")
        .prints("accounts.base = \"/from-file\"");
    let fixture = test_service!().set("ACCOUNTS_SESSION__CAP", "8");
    fixture.write(".env", "ACCOUNTS_SESSION__CAP=7\n");
    fixture
        .run(&["config", "check"])
        .expect(0)
        .prints("accounts.session.cap = 8");
}

fn a_bad_line_of_a_dotenv_file_is_not_printed() {
    let fixture = test_service!();
    fixture.write(".env", "ACCOUNTS_KEYS__ACTIVE='canary\n");
    fixture
        .run(&["config", "check"])
        .expect(78)
        .says(".env")
        .reveals_none_of(&[CANARY]);
}

/// In this folder or one above it, as Rocket looks for it; Rocket takes a missing one for empty.
fn the_file_that_is_named_must_be_there() {
    let fixture = test_service!().set("ROCKET_CONFIG", "settings.toml");
    // Not `serve`, which would go on for ever if it did not refuse.
    let refused = fixture.run(&["config", "check"]);
    refused.expect(78).says("settings.toml that ROCKET_CONFIG");
    fixture.write(
        "settings.toml",
        "[default.accounts]\nsession = { cap = 7 }\n",
    );
    let found = fixture.run(&["config", "check"]);
    found.expect(0).prints("accounts.session.cap = 7");
}

fn an_applications_file_wins_over_the_built_in_one() {
    let fixture = test_service!();
    let file = "[default.accounts]\nbase = \"/auth\"\n[debug.accounts]\nstore = \"memory\"\n";
    fixture.write("Rocket.toml", file);
    let checked = fixture.run(&["config", "check"]);
    checked.expect(0).prints("accounts.base = \"/auth\"");
    checked.prints("accounts.store = \"memory\"");
}

fn an_applications_default_section_wins_over_the_built_in_profile() {
    let fixture = test_service!();
    fixture.write("Rocket.toml", "[default.accounts]\nstore = \"memory\"\n");
    let checked = fixture.run(&["config", "check"]);
    checked.expect(0).prints("accounts.store = \"memory\"");
}

/// Rocket takes a table at the top for a profile.
fn a_section_outside_of_a_profile_is_refused_with_what_to_write() {
    for (file, fix) in [
        (
            "[accounts]\nbase = \"/auth\"\n",
            "write [default.accounts],",
        ),
        ("[accounts]\n", "write [default.accounts],"),
        (
            "[accounts.session]\ncap = 7\n[accounts.cookie]\n",
            "write [default.accounts.cookie] and [default.accounts.session],",
        ),
        (
            "[accounts]\nbase = \"/auth\"\n[accounts.session]\ncap = 7\n",
            "write [default.accounts] and [default.accounts.session],",
        ),
    ] {
        let fixture = test_service!();
        fixture.write("Rocket.toml", file);
        for arguments in [&["config", "check"][..], &["serve"], &["user", "list"]] {
            let refused = fixture.run(arguments);
            refused.expect(78).says("1 problem ").says(fix);
            refused.says("[accounts] is a separate profile to Rocket");
            let is_named = refused.stderr.contains("Rocket.toml");
            assert!(is_named || file == "[accounts]\n", "{refused:#?}");
        }
    }
    // A profile of that name may be chosen.
    let fixture = test_service!().set("ROCKET_PROFILE", "accounts");
    let strict = "[accounts.accounts]\nstore = \"memory\"\nkeys.generate = true\n\
                  public_origin = \"https://app.example\"\n";
    fixture.write("Rocket.toml", strict);
    let checked = fixture.run(&["config", "check"]);
    checked.expect(0).prints("accounts.store = \"memory\"");
}

/// The whole file that the documentation shows.
fn the_documented_file_is_taken_in_each_of_its_profiles() {
    let page = include_str!("../../../../docs/configuration.md");
    let (_, file) = page.split_once("```toml\n").unwrap();
    let (file, _) = file.split_once("```").unwrap();
    let fixture = test_service!();
    fixture.write("Rocket.toml", file);
    let checked = fixture.run(&["config", "check"]);
    checked.expect(0).prints("accounts.registration = \"open\"");
    checked.prints("accounts.session.idle = \"14d\"");
    let service = fixture.serve();
    let request = service.request("GET", "/auth/csrf_token/");
    request.send().expect(200);

    let key = fixture.run(&["key", "generate"]).stdout;
    let fixture = test_service!()
        .set("ROCKET_PROFILE", "release")
        .set("DATABASE_URL", "postgres://ada@localhost/accounts")
        .set("ACCOUNTS_KEYS__ACTIVE", key.trim());
    fixture.write("Rocket.toml", file);
    let checked = fixture.run(&["config", "check"]);
    checked
        .expect(0)
        .prints("accounts.registration = \"closed\"");
    checked.prints("accounts.public_origin = \"https://app.example\"");
}

/// It is refused at once: opening a pipe would wait for the other end.
fn a_key_file_that_is_no_file_is_refused() {
    let fixture = test_service!();
    std::fs::create_dir(fixture.path().join(".accounts")).unwrap();
    let pipe = fixture.path().join(".accounts/signing.key");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let refused = fixture.run(&["serve"]);
    refused.expect(78).says("not a regular file");
}

fn a_key_file_that_is_no_key_is_not_printed() {
    let fixture = test_service!();
    std::fs::create_dir(fixture.path().join(".accounts")).unwrap();
    fixture.write(".accounts/signing.key", "canary\n");
    let refused = fixture.run(&["serve"]);
    refused
        .expect(78)
        .says("line 1 of the key file")
        .reveals_none_of(&[CANARY]);
}
