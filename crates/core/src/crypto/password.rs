//! Hashes and verifies passwords with Argon2id, on few threads and with bounded memory.
//!
//! A new hash is a PHC string, `$argon2id$v=19$m=..,t=..,p=..$salt$hash`, with 16 bytes of salt
//! and 32 of hash: Argon2id as in RFC 9106, by default with the parameters that the OWASP
//! Password Storage Cheat Sheet gives for 19 MiB, approved by ASVS 5.0 11.4.2.
//!
//! - A password is hashed in Unicode normal form C, so that "é" is the same from every keyboard.
//!   Nothing else is done to it. NFKC would make "ﬁ" equal to "fi", trimming and case folding
//!   would make a password weaker than it looks (RFC 8265 `OpaqueString`).
//! - Every verification computes exactly one Argon2 hash, for a user who does not exist too, so the
//!   response time does not reveal who has an account (CVE-2024-39329). An imported hash costs its
//!   own work on top; [`HashingOptions::imported_cost`] makes every verification do that too.
//! - A hash takes tens of milliseconds of a core and megabytes of memory. [`Passwords`] computes
//!   only a few at a time, keeps a short queue, and returns [`Error::Busy`] beyond it.
//!
//! May import the domain. To verify a foreign format, read it in `Stored::read` of `hasher`; a
//! correct password is then reported as outdated and the caller replaces its hash.

mod argon;
#[cfg(feature = "django-hashes")]
mod django;
mod hasher;
mod imported_cost;
mod load;
mod memory;
#[cfg(not(feature = "django-hashes"))]
mod no_django;
mod slots;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use thiserror::Error;

#[cfg(feature = "django-hashes")]
use self::django::Imported;
use self::hasher::Hasher;
pub use self::imported_cost::{ImportedCost, UnknownCost};
pub use self::load::HashingLoad;
#[cfg(not(feature = "django-hashes"))]
use self::no_django::Imported;
use self::slots::Slots;
use super::random;
use crate::domain::credentials::{Password, PasswordHash};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// How passwords are hashed, and how many at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingOptions {
    /// Memory of one hash, in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub iterations: u32,
    /// Lanes; they are computed one after the other.
    pub parallelism: u32,
    /// Hashes computed at the same time; 0 for the number of cores. More than cores gives no
    /// more hashes a second.
    pub slots: usize,
    /// Callers that may wait for a slot.
    pub queue: usize,
    /// How long a caller waits for a slot.
    pub wait: Duration,
    /// The cost of the hashes that were imported and are not upgraded yet: every verification then
    /// does this work too, so that its duration does not reveal which kind of hash a user has.
    pub imported_cost: Option<ImportedCost>,
}

impl HashingOptions {
    /// Returns whether such hashes are within the cost limits, so that they can be verified.
    #[must_use]
    pub fn is_affordable(&self) -> bool {
        argon::is_affordable(self.memory_kib, self.iterations, self.parallelism)
    }
}

impl Default for HashingOptions {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
            slots: 0,
            queue: 16,
            wait: Duration::from_secs(2),
            imported_cost: None,
        }
    }
}

/// Why no hash was computed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The queue is full or the wait was over. Trying again may help.
    #[error("too many passwords are being hashed")]
    Busy,
    /// A fault: impossible parameters, no memory, no random bytes.
    #[error("the password could not be hashed")]
    Failed(#[source] Source),
}

impl Error {
    fn failed(source: impl Into<Source>) -> Self {
        Self::Failed(source.into())
    }
}

/// The result of verifying a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The password is wrong, or there is no hash that can be verified.
    Wrong,
    /// The password is right.
    Right {
        /// The stored hash was not made as new ones are and should be replaced.
        outdated: bool,
    },
}

/// The password hashing service. Cheap to clone; clones share slots, memory and counter.
///
/// ```
/// # use rocket_accounts_core::crypto::password::{Error, HashingOptions, Passwords, Verdict};
/// # use rocket_accounts_core::domain::credentials::Password;
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// let passwords = Passwords::new(HashingOptions::default())?;
/// let password = Password::parse("correct horse battery staple".into())?;
/// let hash = passwords.hash(&password).await?;
/// let verdict = passwords.verify(&password, Some(&hash)).await?;
/// assert_eq!(verdict, Verdict::Right { outdated: false });
/// // No such user: as slow as a wrong password.
/// assert_eq!(passwords.verify(&password, None).await?, Verdict::Wrong);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Passwords {
    hasher: Arc<Hasher>,
    slots: Arc<Slots>,
}

impl Passwords {
    /// Creates a service with these options and computes one hash, which proves that the parameters
    /// work and that there is enough memory.
    ///
    /// # Errors
    /// [`Error::Failed`] if the parameters are invalid for Argon2 or too expensive.
    pub fn new(options: HashingOptions) -> Result<Self, Error> {
        Ok(Self {
            hasher: Arc::new(Hasher::new(&options)?),
            slots: Arc::new(Slots::new(options.slots, options.queue, options.wait)),
        })
    }

    /// Verifies a password against the stored hash, with the parameters of that hash. `None` and an
    /// unreadable hash cost as much as a wrong password.
    ///
    /// # Errors
    /// Why the password could not be verified.
    pub async fn verify(
        &self,
        password: &Password,
        stored: Option<&PasswordHash>,
    ) -> Result<Verdict, Error> {
        let (hasher, password, stored) =
            (Arc::clone(&self.hasher), password.clone(), stored.cloned());
        self.slots
            .run(move || hasher.verify(&password, stored.as_ref()))
            .await
    }

    /// Hashes a password that is about to be set.
    ///
    /// # Errors
    /// Why it could not be hashed.
    pub async fn hash(&self, password: &Password) -> Result<PasswordHash, Error> {
        let (hasher, password) = (Arc::clone(&self.hasher), password.clone());
        self.slots.run(move || hasher.hash(&password)).await
    }

    /// Runs other CPU-bound work on a password in a slot, as a hash is.
    ///
    /// # Errors
    /// [`Error::Busy`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.slots.run(move || Ok(work())).await
    }

    /// Returns how busy the slots are.
    #[must_use]
    pub fn load(&self) -> HashingLoad {
        self.slots.load()
    }

    /// Returns how many Argon2 hashes callers have asked this service to compute, for a test that
    /// counts work instead of measuring time.
    #[must_use]
    pub fn hashes_computed(&self) -> u64 {
        self.hasher.computed.load(Ordering::Relaxed)
    }

    /// Returns the same for imported hashes, which are only ever verified.
    #[must_use]
    pub fn imported_hashes_computed(&self) -> u64 {
        self.hasher.imported_computed.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords")
            .field("recipe", &self.hasher.recipe)
            .field("slots", &self.slots)
            .finish_non_exhaustive()
    }
}

fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    random::bytes().map_err(Error::failed)
}

#[cfg(test)]
#[cfg(feature = "django-hashes")]
mod django_tests;
#[cfg(test)]
mod tests;
