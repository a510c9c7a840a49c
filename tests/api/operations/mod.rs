//! Routes and jobs for operators, other services and proxies.

mod health;
mod jwks;
mod purge;
mod verify;
