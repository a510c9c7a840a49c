//! The cost of verifying a hash of another program.

use std::fmt;
use std::str::FromStr;

use super::argon;

// Limits on what a hash may cost. Without them, one imported row could take a core for hours or all
// memory. At the limit a hash takes a few seconds; Django's own settings are far below.
const MAX_PBKDF2_ITERATIONS: u32 = 5_000_000;
const MAX_BCRYPT_ROUNDS: u32 = 16;
/// 256 MiB: scrypt allocates it at once, and a failed allocation aborts the process.
const MAX_SCRYPT_BLOCKS: u64 = 256 * 1024 * 1024 / 128;
const MAX_SCRYPT_WORK: u64 = 8 * MAX_SCRYPT_BLOCKS;

/// The format of an imported hash, with the parameters that decide how long it takes. As text it
/// is the beginning of the hash without its salt, like `pbkdf2_sha256$1000000`.
///
/// ```
/// # use rocket_accounts_core::crypto::password::ImportedCost;
/// let cost: ImportedCost = "scrypt$16384$8$5".parse()?;
/// assert_eq!(cost.to_string(), "scrypt$16384$8$5");
/// assert!("md5".parse::<ImportedCost>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ImportedCost {
    /// `pbkdf2_sha256$iterations`
    Pbkdf2Sha256 {
        /// Rounds of HMAC-SHA-256.
        iterations: u32,
    },
    /// `pbkdf2_sha1$iterations`
    Pbkdf2Sha1 {
        /// Rounds of HMAC-SHA-1.
        iterations: u32,
    },
    /// `argon2$memory$iterations$parallelism`
    Argon2 {
        /// Memory, in KiB.
        memory_kib: u32,
        /// Passes over that memory.
        iterations: u32,
        /// Lanes.
        parallelism: u32,
    },
    /// `bcrypt_sha256$rounds`
    BcryptSha256 {
        /// Binary logarithm of the work.
        rounds: u32,
    },
    /// `bcrypt$rounds`
    Bcrypt {
        /// Binary logarithm of the work.
        rounds: u32,
    },
    /// `scrypt$N$r$p`
    Scrypt {
        /// Binary logarithm of `N`.
        log_n: u8,
        /// `r`
        block_size: u32,
        /// `p`
        parallelism: u32,
    },
}

/// Not a format that can be imported, or it costs too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not the format and cost of a hash that can be imported")]
pub struct UnknownCost;

#[cfg(feature = "django-hashes")]
impl ImportedCost {
    /// Returns the iterations of PBKDF2.
    pub(super) fn iterations(self) -> Option<u32> {
        match self {
            Self::Pbkdf2Sha256 { iterations } | Self::Pbkdf2Sha1 { iterations } => Some(iterations),
            _ => None,
        }
    }

    /// Returns how many iterations of PBKDF2 this is more than `other`, of the same hash function.
    pub(super) fn iterations_over(self, other: Self) -> Option<u32> {
        if std::mem::discriminant(&self) != std::mem::discriminant(&other) {
            return None;
        }
        let missing = self.iterations()?.checked_sub(other.iterations()?);
        missing.filter(|missing| *missing > 0)
    }
}

impl ImportedCost {
    /// Returns whether it is within the limits, and possible.
    pub(super) fn is_affordable(self) -> bool {
        match self {
            Self::Pbkdf2Sha256 { iterations } | Self::Pbkdf2Sha1 { iterations } => {
                (1..=MAX_PBKDF2_ITERATIONS).contains(&iterations)
            }
            Self::BcryptSha256 { rounds } | Self::Bcrypt { rounds } => {
                (4..=MAX_BCRYPT_ROUNDS).contains(&rounds)
            }
            Self::Scrypt {
                log_n,
                block_size,
                parallelism,
            } => {
                let memory = 1_u64
                    .checked_shl(log_n.into())
                    .and_then(|n| n.checked_mul(block_size.into()));
                let work = memory.and_then(|blocks| blocks.checked_mul(parallelism.into()));
                memory.is_some_and(|blocks| (2..=MAX_SCRYPT_BLOCKS).contains(&blocks))
                    && work.is_some_and(|work| (2..=MAX_SCRYPT_WORK).contains(&work))
            }
            Self::Argon2 {
                memory_kib,
                iterations,
                parallelism,
            } => argon::is_affordable(memory_kib, iterations, parallelism),
        }
    }
}

impl FromStr for ImportedCost {
    type Err = UnknownCost;

    fn from_str(text: &str) -> Result<Self, UnknownCost> {
        let mut fields = text.split('$');
        let name = fields.next().unwrap_or_default();
        let numbers = fields.map(str::parse).collect::<Result<Vec<u32>, _>>();
        let numbers = numbers.map_err(|_| UnknownCost)?;
        let cost = match (name, numbers[..].as_ref()) {
            ("pbkdf2_sha256", &[iterations]) => Self::Pbkdf2Sha256 { iterations },
            ("pbkdf2_sha1", &[iterations]) => Self::Pbkdf2Sha1 { iterations },
            ("argon2", &[memory_kib, iterations, parallelism]) => Self::Argon2 {
                memory_kib,
                iterations,
                parallelism,
            },
            ("bcrypt_sha256", &[rounds]) => Self::BcryptSha256 { rounds },
            ("bcrypt", &[rounds]) => Self::Bcrypt { rounds },
            ("scrypt", &[n, block_size, parallelism]) if n.is_power_of_two() => Self::Scrypt {
                log_n: u8::try_from(n.ilog2()).map_err(|_| UnknownCost)?,
                block_size,
                parallelism,
            },
            _ => return Err(UnknownCost),
        };
        cost.is_affordable().then_some(cost).ok_or(UnknownCost)
    }
}

impl fmt::Display for ImportedCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pbkdf2Sha256 { iterations } => write!(f, "pbkdf2_sha256${iterations}"),
            Self::Pbkdf2Sha1 { iterations } => write!(f, "pbkdf2_sha1${iterations}"),
            Self::Argon2 {
                memory_kib,
                iterations,
                parallelism,
            } => write!(f, "argon2${memory_kib}${iterations}${parallelism}"),
            Self::BcryptSha256 { rounds } => write!(f, "bcrypt_sha256${rounds}"),
            Self::Bcrypt { rounds } => write!(f, "bcrypt${rounds}"),
            Self::Scrypt {
                log_n,
                block_size,
                parallelism,
            } => write!(f, "scrypt${}${block_size}${parallelism}", 1_u64 << log_n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credentials::PasswordHash;

    /// How an Argon2 hash of this cost is read: as Django stores it, and as a row of our own.
    fn is_taken(memory: u32, passes: u32, lanes: u32) -> bool {
        let (salt, output) = ("A".repeat(22), "A".repeat(43));
        let own = format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${output}");
        let imported = PasswordHash::new(format!("argon2{own}"));
        let is_taken = ImportedCost::of(&imported).is_some();
        assert_eq!(argon::Hash::read(&own).is_some(), is_taken, "{own}");
        let advised = format!("argon2${memory}${passes}${lanes}").parse::<ImportedCost>();
        assert_eq!(advised.is_ok(), is_taken, "{own}");
        is_taken
    }

    #[test]
    fn argon2_is_limited_in_memory_passes_lanes_and_work() {
        // Django's default, ten times that, OWASP's, the second choice of RFC 9106 section 4,
        // and the limits.
        for (memory, passes, lanes) in [
            (102_400, 2, 8),
            (102_400, 20, 8),
            (47_104, 1, 1),
            (65_536, 3, 4),
            (524_288, 4, 16),
            (32_768, 64, 1),
        ] {
            assert!(is_taken(memory, passes, lanes), "{memory} {passes} {lanes}");
        }
        for (memory, passes, lanes) in [
            (524_289, 1, 1),
            (64, 65, 2),
            (256, 2, 17),
            (524_288, 5, 1),
            (32_769, 64, 1),
            (1_048_576, 64, 16),
            (u32::MAX, u32::MAX, 16),
        ] {
            assert!(
                !is_taken(memory, passes, lanes),
                "{memory} {passes} {lanes}"
            );
        }
    }
}
