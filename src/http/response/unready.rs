//! Why a replica is not ready.

/// The part that is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unready {
    /// Users or sessions cannot be read.
    Store,
    /// The database lacks migrations of this version.
    Schema,
    /// The other replicas sign with other keys.
    Keys,
    /// A shutdown has begun.
    Stopping,
}

impl Unready {
    /// Returns the name in responses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Schema => "schema",
            Self::Keys => "keys",
            Self::Stopping => "stopping",
        }
    }
}
