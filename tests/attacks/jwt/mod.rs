//! Tokens that are not quite ours.

mod claims;
mod header;
mod place;
mod text;

use serde_json::Value;

use crate::Cases;
use crate::forge::Token;
use crate::scene::Scene;

/// One thing that is wrong.
type Change = fn(&mut Value);

pub(crate) fn add_to(cases: &mut Cases) {
    header::add_to(cases);
    claims::add_to(cases);
    text::add_to(cases);
    place::add_to(cases);
}

/// As a cookie and as Bearer the token is as bad as any other.
#[track_caller]
fn expect_bad_access(scene: &Scene<'_>, token: &str) {
    let cookie = scene.read_with(token);
    scene.refused(cookie, 401, "token_not_valid");
    let bearer = scene.request("GET", "user/");
    let bearer = bearer.header("Authorization", format!("Bearer {token}"));
    scene.refused_untouched(bearer, 401, "token_not_valid");
}

/// The refresh token is as bad as any other.
#[track_caller]
fn expect_bad_refresh(scene: &Scene<'_>, token: &str) {
    scene.refused_untouched(scene.refresh_with(token), 401, "token_not_valid");
}

/// Signed anew without a change, so that a refusal means the change.
#[track_caller]
fn expect_good(scene: &Scene<'_>, token: &Token) {
    scene.read_with(&token.signed()).send().expect(200);
}
