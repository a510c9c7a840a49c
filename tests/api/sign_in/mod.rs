//! Registration, login and logout.

mod device;
mod fields;
mod login;
mod logout;
mod register;
mod remember;
mod sessions;
