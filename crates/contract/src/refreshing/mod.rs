//! Clauses about refresh tokens, and what happens at the same time.

pub mod login_races;
pub mod races;
pub mod refresh;
pub mod rotation;
