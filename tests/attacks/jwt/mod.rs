//! Tokens that are not quite ours.

mod claims;
mod header;
mod location;
mod text;

use serde_json::Value;

use crate::Cases;
use crate::attack::Attack;
use crate::forge::Token;

/// One thing that is wrong.
type Change = fn(&mut Value);

pub(crate) fn add_to(cases: &mut Cases) {
    header::add_to(cases);
    claims::add_to(cases);
    text::add_to(cases);
    location::add_to(cases);
}

/// As a cookie and as Bearer the token is as bad as any other.
#[track_caller]
fn expect_bad_access(attack: &Attack<'_>, token: &str) {
    let cookie = attack.read_with(token);
    attack.refused(cookie, 401, "token_not_valid");
    let bearer = attack.request("GET", "user/");
    let bearer = bearer.header("Authorization", format!("Bearer {token}"));
    attack.refused_untouched(bearer, 401, "token_not_valid");
}

/// The refresh token is as bad as any other.
#[track_caller]
fn expect_bad_refresh(attack: &Attack<'_>, token: &str) {
    attack.refused_untouched(attack.refresh_with(token), 401, "token_not_valid");
}

/// Signed anew without a change, so that a refusal means the change.
#[track_caller]
fn expect_good(attack: &Attack<'_>, token: &Token) {
    attack.read_with(&token.signed()).send().expect(200);
}
