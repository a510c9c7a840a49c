//! The cost of a request besides Rocket and the store: reading cookies, verifying a token, checking
//! CSRF, deciding a rotation. `cargo bench --bench parts`.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use rocket_accounts::crypto::keyring::{KeyRing, Secret};
use rocket_accounts::crypto::token::{AccessAlgorithm, Kind, TokenPolicy, Tokens};
use rocket_accounts::crypto::{csrf, random};
use rocket_accounts::domain::credentials::Username;
use rocket_accounts::domain::session::{Client, Generation, Session, SessionPolicy, decide};
use rocket_accounts::domain::user::{CredentialEpoch, User};
use rocket_accounts::http::cookie_values;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn policy() -> SessionPolicy {
    SessionPolicy {
        idle: TimeDelta::days(30),
        idle_unremembered: TimeDelta::hours(12),
        absolute: TimeDelta::days(90),
        reuse_grace: TimeDelta::seconds(10),
        cap: 20,
    }
}

fn user() -> User {
    User {
        id: random::user_id(now()).unwrap(),
        username: Username::parse("ada").unwrap(),
        first_name: String::new(),
        last_name: String::new(),
        is_active: true,
        credential_epoch: CredentialEpoch::default(),
        created_at: now(),
        updated_at: now(),
    }
}

fn ring() -> KeyRing {
    let secret = Secret::generate().unwrap();
    KeyRing::new(&Secret::parse(&secret).unwrap(), &[])
}

fn tokens(access_algorithm: AccessAlgorithm) -> Tokens {
    let policy = TokenPolicy {
        issuer: "https://app.example".to_owned(),
        audience: "https://app.example".to_owned(),
        access_algorithm,
        access_lifetime: TimeDelta::minutes(15),
        leeway: TimeDelta::seconds(5),
    };
    Tokens::new(ring(), policy)
}

fn parts(criterion: &mut Criterion) {
    let user = user();
    let id = random::session_id().unwrap();
    let session = Session::open(id, &user, Client::default(), true, &policy(), now());
    let (tokens, ring) = (tokens(AccessAlgorithm::Hs256), ring());
    let eddsa = self::tokens(AccessAlgorithm::EdDsa);
    let eddsa_access = eddsa.issue_access(&session.token_subject(), now()).unwrap();
    let access = tokens
        .issue_access(&session.token_subject(), now())
        .unwrap();
    let csrf_token = csrf::for_session(&ring, id);
    let header = format!(
        "theme=dark; lang=en; csrftoken={csrf_token}; access_token={}",
        access.expose()
    );

    criterion.bench_function("cookie/read", |bench| {
        bench.iter(|| cookie_values(black_box(&header), "access_token").count());
    });
    criterion.bench_function("token/verify", |bench| {
        bench.iter(|| tokens.verify(Kind::Access, black_box(access.expose()), now()));
    });
    criterion.bench_function("token/verify eddsa", |bench| {
        bench.iter(|| eddsa.verify(Kind::Access, black_box(eddsa_access.expose()), now()));
    });
    criterion.bench_function("token/issue", |bench| {
        bench.iter(|| tokens.issue_access(black_box(&session.token_subject()), now()));
    });
    criterion.bench_function("csrf/check", |bench| {
        bench.iter(|| csrf::is_for_session(&ring, black_box(&csrf_token), id));
    });
    criterion.bench_function("session/decide", |bench| {
        let presented = black_box(Generation::FIRST);
        bench.iter(|| decide(black_box(&session), &user, presented, &policy(), now()));
    });
}

criterion_group!(benches, parts);
criterion_main!(benches);
