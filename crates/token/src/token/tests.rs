//! What is accepted as a token, and everything that is not.

use chrono::TimeDelta;
use serde_json::json;

use super::fixture::{end, forge, good_claims, good_header, now, policy, secret, subject, tokens};
use super::*;
use crate::id::Generation;
use crate::keyring::Secret;

#[test]
fn issued_tokens_come_back_with_their_claims() {
    let (tokens, subject) = (tokens(), subject());
    let access = tokens.issue_access(&subject, now()).unwrap();
    let claims = tokens.verify(Kind::Access, access.expose(), now()).unwrap();
    assert_eq!((claims.sub, claims.sid), (subject.user, subject.session));
    assert_eq!(claims.generation, Generation(7));
    assert_eq!(access.expires_at.timestamp(), now().timestamp() + 900);

    let refresh = tokens.issue_refresh(&subject, now(), end()).unwrap();
    let claims = tokens
        .verify(Kind::Refresh, refresh.expose(), now())
        .unwrap();
    assert_eq!(claims.exp, end().timestamp());
    assert!(refresh.expose().len() <= ISSUED_MAX_BYTES);
}

#[test]
fn a_token_of_one_kind_is_not_accepted_as_the_other() {
    let (tokens, subject) = (tokens(), subject());
    let access = tokens.issue_access(&subject, now()).unwrap();
    let refresh = tokens.issue_refresh(&subject, now(), end()).unwrap();
    let verify = |kind, token: &Issued| tokens.verify(kind, token.expose(), now());
    assert_eq!(verify(Kind::Refresh, &access), Err(TokenError::Invalid));
    assert_eq!(verify(Kind::Access, &refresh), Err(TokenError::Invalid));
    // Not even with the other's type in the header: the keys differ.
    let header = good_header(&tokens, Kind::Access);
    let forged = forge(&tokens, Kind::Refresh, &header, &good_claims(900));
    assert_eq!(
        tokens.verify(Kind::Access, &forged, now()),
        Err(TokenError::Invalid)
    );
}

#[test]
fn expiry_is_read_from_our_clock_with_a_small_leeway() {
    let tokens = tokens();
    let access = tokens.issue_access(&subject(), now()).unwrap();
    let at = |seconds| {
        let later = now() + TimeDelta::seconds(seconds);
        tokens.verify(Kind::Access, access.expose(), later)
    };
    assert!(at(904).is_ok());
    assert!(matches!(at(905), Err(TokenError::Expired(_))));
    // A minute before it was issued is the most a clock may differ.
    assert!(at(-60).is_ok());
    assert!(matches!(at(-61), Err(TokenError::Expired(_))));
}

/// The clock that signed it was ahead, and has been put right.
#[test]
fn a_refresh_token_from_the_future_is_good() {
    let tokens = tokens();
    let subject = subject();
    let refresh = tokens.issue_refresh(&subject, now(), end()).unwrap();
    let earlier = now() - TimeDelta::days(2);
    let verified = tokens.verify(Kind::Refresh, refresh.expose(), earlier);
    assert_eq!(verified.unwrap().sid, subject.session);
    assert!(
        tokens
            .verify(Kind::Access, refresh.expose(), earlier)
            .is_err()
    );
}

#[test]
fn a_token_is_issued_up_to_its_longest() {
    let (secret, subject) = (secret(), subject());
    let issue = |issuer: usize| {
        let mut policy = policy();
        policy.issuer = "x".repeat(issuer);
        let tokens = Tokens::new(KeyRing::new(&secret, &[]), policy);
        tokens.issue_access(&subject, now())
    };
    let mut longest = 0;
    for issuer in 0..800 {
        match issue(issuer) {
            Ok(token) => longest = token.expose().len(),
            Err(IssueError::TooLong(length)) => {
                assert!(length > ISSUED_MAX_BYTES && longest == ISSUED_MAX_BYTES);
                assert!(matches!(issue(2000), Err(IssueError::TooLong(_))));
                return;
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("a token of {longest} bytes was issued");
}

#[test]
fn a_token_is_looked_into_up_to_its_longest() {
    let tokens = tokens();
    let header = good_header(&tokens, Kind::Access);
    let of_length = |jti: usize| {
        let mut claims = good_claims(900);
        claims["jti"] = json!("x".repeat(jti));
        forge(&tokens, Kind::Access, &header, &claims)
    };
    let longest = |max: usize| {
        let shorter = (0..max).take_while(|jti| of_length(*jti).len() <= max);
        of_length(shorter.last().unwrap())
    };
    let verify = |token: &str| tokens.verify(Kind::Access, token, now());
    let good = longest(PRESENTED_MAX_BYTES);
    assert_eq!(good.len(), PRESENTED_MAX_BYTES);
    assert!(verify(&good).is_ok(), "4 KiB, signed");
    // Signed as well: it is too long and nothing else.
    for max in [PRESENTED_MAX_BYTES + 4, 2 * PRESENTED_MAX_BYTES] {
        let long = longest(max);
        assert!(long.len() > PRESENTED_MAX_BYTES);
        assert_eq!(verify(&long), Err(TokenError::Invalid), "{}", long.len());
    }
}

#[test]
fn of_many_texts_exactly_one_may_be_good() {
    let tokens = tokens();
    let issue = || tokens.issue_access(&subject(), now()).unwrap();
    let (good, other) = (issue(), issue());
    let bad: Vec<_> = (0..20).map(|number| format!("bad{number}")).collect();
    let verify = |count: usize, texts: &[&str]| {
        let bad = bad.iter().take(count).map(String::as_str);
        let texts: Vec<_> = bad.chain(texts.iter().copied()).collect();
        let good = exactly_one_valid(&texts, |text| tokens.verify(Kind::Access, text, now()));
        good.map(|claims| claims.jti)
    };
    let own = tokens.verify(Kind::Access, good.expose(), now());
    let own = own.map(|claims| claims.jti);
    for count in [0, 1, 7] {
        assert_eq!(verify(count, &[good.expose()]), own, "{count} others");
        assert_eq!(verify(count, &[good.expose(), good.expose()]), own);
    }
    for count in [8, 9, 20] {
        let verdict = verify(count, &[good.expose()]);
        assert_eq!(verdict, Err(TokenError::Invalid), "{count} others");
    }
    let two = verify(0, &[good.expose(), other.expose()]);
    assert_eq!(two, Err(TokenError::Invalid));
    assert_eq!(verify(3, &[]), Err(TokenError::Invalid));
}

#[test]
fn rotated_keys_verify_until_they_leave_the_ring() {
    let text = [Secret::generate().unwrap(), Secret::generate().unwrap()];
    let secret = |n: usize| Secret::parse(&text[n]).unwrap();
    let before = Tokens::new(KeyRing::new(&secret(0), &[]), policy());
    let token = before.issue_access(&subject(), now()).unwrap();
    let rotated = Tokens::new(KeyRing::new(&secret(1), &[secret(0)]), policy());
    assert!(rotated.verify(Kind::Access, token.expose(), now()).is_ok());
    let removed = Tokens::new(KeyRing::new(&secret(1), &[]), policy());
    assert_eq!(
        removed.verify(Kind::Access, token.expose(), now()),
        Err(TokenError::Invalid)
    );
}

#[test]
fn debug_says_nothing() {
    let tokens = tokens();
    let access = tokens.issue_access(&subject(), now()).unwrap();
    let said = format!("{access:?}");
    assert!(!said.contains(access.expose()));
    let until = access.expires_at.to_string();
    assert_eq!(said, format!("Issued([redacted] until {until})"));
}
