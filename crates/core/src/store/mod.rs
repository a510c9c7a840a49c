//! Layer 1: where users and sessions are kept.
//!
//! [`UserStore`] and [`SessionStore`] are the two ports; [`AccountStore`] is both, with the steps
//! that touch a user and a session at once. [`memory`] is built in, for tests;
//! `rocket-accounts-store-sea` has SQLite and Postgres. A host application that keeps its own users
//! implements [`UserStore`] and pairs it with a session store through [`SplitStore`].
//! [`ThrottleStore`] is apart from both: it counts failed guesses for all replicas together. So is
//! [`RingStore`], which keeps the names of the signing keys in force.
//!
//! Results of reads may be kept in a [`cache`] that receives the changes of other processes.
//!
//! Rules for every implementation, each held by a clause of the contract suite
//! (`rocket-accounts-contract`):
//! - Not found is `Ok(None)` or `Ok(false)`; `Err` is trouble.
//! - `insert` fails on a conflict; there is no upsert.
//! - What must not be separated is one method; methods named as compare-and-set have one winner.
//! - Time and new identifiers come in as arguments, times cut to microseconds.
//!
//! To add a store: implement the traits, then run every one of that crate's `clauses` on it
//! (`throttle_clauses` on a `ThrottleStore`, `ring_clauses` on a `RingStore`).

mod account;
pub mod cache;
mod error;
pub mod memory;
pub mod refresh;
mod ring;
mod session;
mod split;
mod stores;
mod throttle;
pub mod time_budget;
mod user;

pub use account::{AccountStore, PasswordChange, PasswordChanged, Successor};
pub use error::{Error, Result};
pub use memory::{MemoryRing, MemoryThrottle};
pub use refresh::{Presented, Refreshed};
pub use ring::{RingRecord, RingStore};
pub use session::{Admission, Displaced, SessionStore};
pub use split::SplitStore;
pub use stores::Stores;
pub use throttle::{Guess, ThrottleStore};
pub use time_budget::BudgetedStore;
pub use user::{NewUser, UserStore};
