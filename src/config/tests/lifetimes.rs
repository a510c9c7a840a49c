//! Lifetimes of sessions, and how they hang together.

use super::*;
use rocket_accounts_core::domain::session::SessionPolicy;

fn policy(settings: &str) -> Result<SessionPolicy, Vec<(String, String)>> {
    let toml = format!("[debug.accounts]\n{settings}");
    let loaded = load("debug", &toml, &[]);
    loaded
        .map(|(settings, _)| settings.session.policy)
        .map_err(|error| {
            let problems = error.problems.into_iter();
            problems
                .map(|problem| (problem.key, problem.what))
                .collect()
        })
}

#[test]
fn sessions_that_are_not_remembered_end_after_twelve_hours_or_with_the_others() {
    for (settings, minutes) in [
        ("", 720),
        ("session.idle = \"13h\"", 720),
        // A setting from before this one existed goes on to be good.
        ("session.idle = \"30m\"", 30),
        ("session.idle_unremembered = \"20m\"", 20),
        (
            "session = { idle = \"20m\", idle_unremembered = \"20m\" }",
            20,
        ),
    ] {
        let unremembered = policy(settings).unwrap().idle_unremembered;
        assert_eq!(unremembered.num_minutes(), minutes, "{settings}");
    }
    let (_, shown) = load("debug", "[debug.accounts]\nsession.idle = \"30m\"", &[]).unwrap();
    let shown = shown.to_string();
    let line = shown
        .lines()
        .find(|line| line.contains("idle_unremembered"));
    assert!(
        line.is_some_and(|line| line.contains("= \"30m\"")),
        "{shown}"
    );
}

#[test]
fn an_end_that_cannot_be_is_refused() {
    const UNREMEMBERED: &str = "accounts.session.idle_unremembered";
    const ACCESS: &str = "accounts.token.access_lifetime";
    for (settings, key, what) in [
        (
            "session = { idle = \"1h\", idle_unremembered = \"61m\" }",
            UNREMEMBERED,
            "is longer than accounts.session.idle",
        ),
        (
            "session.idle_unremembered = \"14m\"",
            ACCESS,
            "is longer than accounts.session.idle_unremembered",
        ),
        (
            "session.idle = \"14m\"",
            ACCESS,
            "is longer than accounts.session.idle",
        ),
        (
            "session.idle_unremembered = \"1200500ms\"",
            UNREMEMBERED,
            "is not whole seconds",
        ),
        (
            "session.idle_unremembered = \"0s\"",
            UNREMEMBERED,
            "has a value of the wrong type",
        ),
        (
            "session.idle_unremembered = 12",
            UNREMEMBERED,
            "has a value of the wrong type",
        ),
    ] {
        let expected = vec![(key.to_owned(), what.to_owned())];
        assert_eq!(policy(settings), Err(expected), "{settings}");
    }
}
