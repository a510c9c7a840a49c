//! `user/`: the signed-in user.

use rocket::get;

use super::super::guard::CurrentUser;
use super::super::reply::{Reply, UserBody};

#[get("/user")]
pub(super) fn show(user: CurrentUser) -> Reply {
    Reply::ok(&UserBody::from(user.user()))
}
