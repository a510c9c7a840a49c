//! The table has every clause.

use super::{clauses, ring_clauses, throttle_clauses};

#[test]
fn every_clause_is_in_the_table() {
    let sources = [
        ("users", include_str!("account/users.rs")),
        ("passwords", include_str!("account/passwords.rs")),
        ("sessions", include_str!("session/sessions.rs")),
        ("admission", include_str!("session/admission.rs")),
        ("opening", include_str!("session/opening.rs")),
        ("revocation", include_str!("session/revocation.rs")),
        ("purge", include_str!("session/purge.rs")),
        ("rotation", include_str!("refreshing/rotation.rs")),
        ("refresh", include_str!("refreshing/refresh.rs")),
        ("remembered", include_str!("session/remembered.rs")),
        ("login_races", include_str!("refreshing/login_races.rs")),
        ("races", include_str!("refreshing/races.rs")),
        ("throttle", include_str!("throttle.rs")),
        ("ring", include_str!("ring.rs")),
    ];
    let mut written: Vec<String> = Vec::new();
    for (topic, source) in sources {
        let heads = source.split("\npub async fn ").skip(1);
        let names = heads.filter_map(|head| head.split('(').next());
        written.extend(names.map(|name| format!("{topic}::{name}")));
    }
    let mut listed: Vec<_> = clauses().iter().map(ToString::to_string).collect();
    listed.extend(throttle_clauses().iter().map(ToString::to_string));
    listed.extend(ring_clauses().iter().map(ToString::to_string));
    written.sort();
    listed.sort();
    assert_eq!(written, listed);
}
