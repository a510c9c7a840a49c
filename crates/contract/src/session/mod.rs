//! Clauses about sessions: opening, listing, ending, removing.

pub mod admission;
pub mod opening;
pub mod purge;
pub mod remembered;
pub mod revocation;
pub mod sessions;
