//! Nothing is accepted as a token that was not issued: the text is the issued one, byte for byte,
//! and of the kind that was asked for.
//!
//! The input is a program: its first byte chooses a token that was issued and the kind that is
//! asked for, the others change the text, or are the text.

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use rocket_accounts::crypto::keyring::{KeyRing, Secret};
use rocket_accounts::crypto::token::{AccessAlgorithm, Kind, TokenPolicy, Tokens};
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::domain::session::{Client, Session, SessionId, SessionPolicy};
use rocket_accounts::domain::user::{CredentialEpoch, User, UserId};

struct Fixture {
    tokens: Tokens,
    now: DateTime<Utc>,
    access: String,
    refresh: String,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let secret = Secret::parse(&super::SECRET.into()).unwrap();
    let policy = TokenPolicy {
        access_algorithm: AccessAlgorithm::Hs256,
        issuer: "https://app.example".into(),
        audience: "https://app.example".into(),
        access_lifetime: TimeDelta::minutes(15),
        leeway: TimeDelta::seconds(5),
    };
    let tokens = Tokens::new(KeyRing::new(&secret, &[]), policy);
    let user = User {
        id: UserId(uuid::Uuid::from_u128(1)),
        username: Username::parse("ada").unwrap(),
        first_name: String::new(),
        last_name: String::new(),
        is_active: true,
        credential_epoch: CredentialEpoch(0),
        created_at: now,
        updated_at: now,
    };
    let policy = SessionPolicy {
        idle: TimeDelta::days(30),
        idle_unremembered: TimeDelta::hours(12),
        absolute: TimeDelta::days(90),
        reuse_grace: TimeDelta::seconds(10),
        cap: 20,
    };
    let id = SessionId(uuid::Uuid::from_u128(2));
    let session = Session::open(id, &user, Client::new(None, None), true, &policy, now);
    let access = tokens.issue_access(&session.token_subject(), now).unwrap();
    let refresh = tokens
        .issue_refresh(&session.token_subject(), now, session.expires_at())
        .unwrap();
    Fixture {
        now,
        access: access.expose().to_owned(),
        refresh: refresh.expose().to_owned(),
        tokens,
    }
});

pub(crate) fn run(bytes: &[u8]) {
    let Some((choice, program)) = bytes.split_first() else {
        return;
    };
    let world = &*FIXTURE;
    let kind = if choice & 1 == 0 {
        Kind::Access
    } else {
        Kind::Refresh
    };
    let issued = if choice & 2 == 0 {
        &world.access
    } else {
        &world.refresh
    };
    let text = if choice & 4 == 0 {
        changed(issued.as_bytes(), program)
    } else {
        program.to_vec()
    };
    let Ok(text) = String::from_utf8(text) else {
        return;
    };
    let own = match kind {
        Kind::Access => &world.access,
        Kind::Refresh => &world.refresh,
    };
    let is_accepted = world.tokens.verify(kind, &text, world.now).is_ok();
    assert_eq!(is_accepted, text == *own, "{kind:?} {text:?}");
    // An hour later it is at most expired.
    let later = world.now + TimeDelta::days(31);
    assert!(world.tokens.verify(kind, &text, later).is_err(), "{text:?}");
}

/// Three bytes a step: what to do, where, and with which byte.
fn changed(text: &[u8], program: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    for step in program.chunks_exact(3) {
        let at = usize::from(step[1]) * 257 % text.len().max(1);
        match step[0] % 4 {
            0 => text.insert(at.min(text.len()), step[2]),
            1 if at < text.len() => drop(text.remove(at)),
            2 if at < text.len() => text[at] = step[2],
            _ => text.truncate(at.max(1)),
        }
    }
    text
}
