//! The account of who is signed in.

mod password;
mod profile;
mod user;
