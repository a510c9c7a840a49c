//! Layer 0: pure values and decisions.
//!
//! No database, system clock, HTTP or cryptography: a function of this layer returns the same
//! result for the same arguments, on every store. It imports no other module of the crate. A new
//! rule about users, passwords or sessions starts here, as a type or a function.

pub mod clock;
pub mod credentials;
pub mod revocation;
pub mod ring;
pub mod rotation;
pub mod session;
pub mod throttle;
pub mod user;

/// Declares an opaque UUID newtype for one kind of thing, so that two kinds cannot be mixed up.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
pub(crate) use id;
