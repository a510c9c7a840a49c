//! `user`: what an operator does with users.

use accounts_testkit::{PASSWORD, place};

#[test]
fn a_user_is_created_listed_and_shown() {
    let place = place!();
    place.run(&["user", "list"]).expect(0);
    let names = ["--first-name", "Ada", "--last-name", "Lovelace"];
    let create = [&["user", "create", "Ada"], &names[..]].concat();
    let created = place.run_with_input(&create, &format!("{PASSWORD}\n"));
    created.expect(0).prints("created Ada ").keeps(&[PASSWORD]);
    let id = created.stdout.trim().rsplit(' ').next().unwrap();

    let listed = place.run(&["user", "list"]);
    assert_eq!(listed.expect(0).stdout, format!("{id}  active    Ada\n"));
    // In any letter case.
    let shown = place.run(&["user", "show", "aDA"]);
    shown.expect(0).prints(id).prints("Ada").prints("Lovelace");
    shown.prints("active      true").keeps(&["argon2"]);
}

#[test]
fn bad_input_creates_nobody() {
    let place = place!();
    place.create_user("ada");
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
        let refused = place.run_with_input(&["user", "create", name], &input);
        refused
            .expect(1)
            .says(says)
            .keeps(&["canary", "elevenchars", PASSWORD]);
        assert_eq!(refused.stdout, "");
    }
    let long = "x".repeat(151);
    let create = ["user", "create", "bob", "--first-name", &long];
    let refused = place.run_with_input(&create, &format!("{PASSWORD}\n"));
    refused.expect(1).says("a name must have at most 150");
    assert_eq!(place.run(&["user", "list"]).stdout.lines().count(), 1);
}

#[test]
fn a_user_is_disabled_enabled_and_deleted() {
    let place = place!();
    place.create_user("ada");
    place
        .run(&["user", "disable", "ada"])
        .expect(0)
        .prints("disabled user ada");
    place.run(&["user", "list"]).expect(0).prints("disabled");
    place
        .run(&["user", "enable", "ada"])
        .expect(0)
        .prints("enabled ada");
    place
        .run(&["user", "show", "ada"])
        .prints("active      true");
    // Not on a terminal, so nobody can be asked.
    place
        .run_with_input(&["user", "delete", "ada"], "y\n")
        .expect(1)
        .says("nothing was deleted");
    place
        .run(&["user", "delete", "ada", "--yes"])
        .expect(0)
        .prints("deleted ada");
    assert_eq!(place.run(&["user", "list"]).expect(0).stdout, "");
}

#[test]
fn an_unknown_user_is_said_to_be_unknown() {
    let place = place!();
    for command in ["show", "disable", "enable", "delete"] {
        let refused = place.run(&["user", command, "nobody"]);
        refused.expect(1).says("there is no such user");
    }
    let set = place.run_with_input(&["user", "set-password", "no body"], "irrelevant-text\n");
    set.expect(1).says("there is no such user");
}

#[test]
fn wrong_arguments_exit_with_2() {
    let place = place!();
    for arguments in [
        &["user"][..],
        &["user", "create"],
        &["bogus"],
        &["user", "list", "x"],
    ] {
        place.run(arguments).expect(2);
    }
    place.run(&["--help"]).expect(0).prints("user");
    place
        .run(&["--version"])
        .expect(0)
        .prints(env!("CARGO_PKG_VERSION"));
}

#[test]
fn what_a_command_would_do_in_memory_it_refuses() {
    let place = place!().set("ACCOUNTS_STORE", "memory");
    for arguments in [
        &["user", "list"][..],
        &["migrate", "up"],
        &["migrate", "status"],
    ] {
        let refused = place.run(arguments);
        refused
            .expect(1)
            .says("accounts.store is \"memory\"")
            .says("sqlite");
    }
}
