//! Use cases of users: registration, their own data, passwords, the operator's commands.

mod confirm_password;
mod import_user;
mod password_change;
mod profile;
mod register;
mod users;

pub use import_user::{Imported, MovedAccount};
pub use users::NewAccount;
