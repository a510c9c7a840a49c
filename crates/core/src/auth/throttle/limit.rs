//! The names of the limits, for the log and for metrics.

/// A limit that can refuse an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Logins from an address.
    Login,
    /// Failed logins from an address.
    FailedLogin,
    /// Failed logins to a name from an address.
    Guess,
    /// Failed logins from a known device.
    KnownDevice,
    /// Registrations from an address.
    Register,
    /// Refreshes of a session.
    Refresh,
    /// Refreshes from an address.
    RefreshFrom,
    /// Confirmations of a password within a session.
    Proof,
    /// Failures of an account: the only one that all replicas count together.
    Account,
}

impl Limit {
    /// Every limit.
    pub const ALL: [Self; 9] = [
        Self::Login,
        Self::FailedLogin,
        Self::Guess,
        Self::KnownDevice,
        Self::Register,
        Self::Refresh,
        Self::RefreshFrom,
        Self::Proof,
        Self::Account,
    ];

    /// Returns the name in log lines and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "logins from an address",
            Self::FailedLogin => "failed logins from an address",
            Self::Guess => "failed logins to a name from an address",
            Self::KnownDevice => "failed logins from a known device",
            Self::Register => "registrations from an address",
            Self::Refresh => "refreshes of a session",
            Self::RefreshFrom => "refreshes from an address",
            Self::Proof => "proofs of a password",
            Self::Account => "failures of an account",
        }
    }
}
