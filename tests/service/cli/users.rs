//! `user`: what an operator does with users.

use accounts_testkit::{Case, PASSWORD, cases, test_service};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_user_is_created_listed_and_shown,
        bad_input_creates_nobody,
        a_user_is_disabled_enabled_and_deleted,
        an_unknown_user_is_said_to_be_unknown,
        wrong_arguments_exit_with_2,
        what_a_command_would_do_in_memory_it_refuses
    ]
}

fn a_user_is_created_listed_and_shown() {
    let fixture = test_service!();
    fixture.run(&["user", "list"]).expect(0);
    let names = ["--first-name", "Ada", "--last-name", "Lovelace"];
    let create = [&["user", "create", "Ada"], &names[..]].concat();
    let created = fixture.run_with_input(&create, &format!("{PASSWORD}\n"));
    created
        .expect(0)
        .prints("created Ada ")
        .reveals_none_of(&[PASSWORD]);
    let id = created.stdout.trim().rsplit(' ').next().unwrap();

    let listed = fixture.run(&["user", "list"]);
    assert_eq!(listed.expect(0).stdout, format!("{id}  active    Ada\n"));
    // In any letter case.
    let shown = fixture.run(&["user", "show", "aDA"]);
    shown.expect(0).prints(id).prints("Ada").prints("Lovelace");
    shown
        .prints("active      true")
        .reveals_none_of(&["argon2"]);
}

fn bad_input_creates_nobody() {
    let fixture = test_service!();
    fixture.create_user("ada");
    for (name, input, says) in [
        ("ADA", format!("{PASSWORD}\n"), "the username is taken"),
        ("a b", format!("{PASSWORD}\n"), "may hold only"),
        ("", format!("{PASSWORD}\n"), "must not be empty"),
        (&"a".repeat(151), format!("{PASSWORD}\n"), "at most 150"),
        ("bob", "elevenchars\n".to_owned(), "at least 12 characters"),
        ("bob", format!("{}\n", "x".repeat(257)), "at most 256"),
        ("bob", "canary\0canary-canary\n".to_owned(), "NUL"),
        ("bob", "password1234password\n".to_owned(), "the password"),
        ("bob", String::new(), "no password on standard input"),
        ("bob", "\n".to_owned(), "no password on standard input"),
    ] {
        let refused = fixture.run_with_input(&["user", "create", name], &input);
        refused
            .expect(1)
            .says(says)
            .reveals_none_of(&["canary", "elevenchars", PASSWORD]);
        assert_eq!(refused.stdout, "");
    }
    let long = "x".repeat(151);
    let create = ["user", "create", "bob", "--first-name", &long];
    let refused = fixture.run_with_input(&create, &format!("{PASSWORD}\n"));
    refused.expect(1).says("a name must have at most 150");
    assert_eq!(fixture.run(&["user", "list"]).stdout.lines().count(), 1);
}

fn a_user_is_disabled_enabled_and_deleted() {
    let fixture = test_service!();
    fixture.create_user("ada");
    fixture
        .run(&["user", "disable", "ada"])
        .expect(0)
        .prints("disabled user ada");
    fixture.run(&["user", "list"]).expect(0).prints("disabled");
    fixture
        .run(&["user", "enable", "ada"])
        .expect(0)
        .prints("enabled ada");
    fixture
        .run(&["user", "show", "ada"])
        .prints("active      true");
    // Without a terminal there is no prompt.
    fixture
        .run_with_input(&["user", "delete", "ada"], "y\n")
        .expect(1)
        .says("nothing was deleted");
    fixture
        .run(&["user", "delete", "ada", "--yes"])
        .expect(0)
        .prints("deleted ada");
    assert_eq!(fixture.run(&["user", "list"]).expect(0).stdout, "");
}

fn an_unknown_user_is_said_to_be_unknown() {
    let fixture = test_service!();
    for command in ["show", "disable", "enable", "delete"] {
        let refused = fixture.run(&["user", command, "nobody"]);
        refused.expect(1).says("there is no such user");
    }
    let set = fixture.run_with_input(&["user", "set-password", "no body"], "irrelevant-text\n");
    set.expect(1).says("there is no such user");
}

fn wrong_arguments_exit_with_2() {
    let fixture = test_service!();
    for arguments in [
        &["user"][..],
        &["user", "create"],
        &["bogus"],
        &["user", "list", "x"],
    ] {
        fixture.run(arguments).expect(2);
    }
    fixture.run(&["--help"]).expect(0).prints("user");
    fixture
        .run(&["--version"])
        .expect(0)
        .prints(env!("CARGO_PKG_VERSION"));
}

fn what_a_command_would_do_in_memory_it_refuses() {
    let fixture = test_service!().set("ACCOUNTS_STORE", "memory");
    for arguments in [
        &["user", "list"][..],
        &["migrate", "up"],
        &["migrate", "status"],
    ] {
        let refused = fixture.run(arguments);
        refused
            .expect(1)
            .says("accounts.store is \"memory\"")
            .says("sqlite");
    }
}
