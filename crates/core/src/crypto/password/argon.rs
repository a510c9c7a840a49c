//! Argon2 hashes: the text form and the computation.

use argon2::password_hash::phc::{self, Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq;

use super::memory::Memory;
use super::{Error, HashingOptions};

/// Length of a new salt, in bytes (RFC 9106, section 3.1).
pub(super) const SALT_BYTES: usize = 16;
/// Length of a new hash, in bytes.
const OUTPUT_BYTES: usize = 32;

// Limits on what a hash may cost, whether stored, imported or configured. Without them, one
// imported or forged row could take the machine's memory or a core for hours and block all other
// logins. Django's default (100 MiB, 2 passes) is a fifth of the memory and a tenth of the work.
/// 512 MiB.
const MAX_MEMORY_KIB: u32 = 512 * 1024;
const MAX_ITERATIONS: u32 = 64;
const MAX_PARALLELISM: u32 = 16;
/// Memory times passes, which decides how long a hash takes: lanes are computed one after the
/// other, and are parts of the memory. 2 GiB.
const MAX_WORK_KIB: u64 = 2 * 1024 * 1024;

/// Returns whether a hash of this memory in KiB, these passes and lanes is within the limits, and
/// possible.
pub(super) fn is_affordable(memory_kib: u32, iterations: u32, parallelism: u32) -> bool {
    (1..=MAX_PARALLELISM).contains(&parallelism)
        && (8 * parallelism..=MAX_MEMORY_KIB).contains(&memory_kib)
        && (1..=MAX_ITERATIONS).contains(&iterations)
        && u64::from(memory_kib) * u64::from(iterations) <= MAX_WORK_KIB
}

/// The parameters of a hash: everything but password and salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recipe {
    algorithm: Algorithm,
    version: Version,
    params: Params,
}

impl Recipe {
    /// Returns the parameters of new hashes.
    pub(super) fn configured(options: &HashingOptions) -> Result<Self, Error> {
        let HashingOptions {
            memory_kib,
            iterations,
            parallelism,
            ..
        } = *options;
        let params = Params::new(memory_kib, iterations, parallelism, Some(OUTPUT_BYTES));
        let recipe = Self {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params: params.map_err(Error::failed)?,
        };
        if !options.is_affordable() {
            return Err(Error::failed("the parameters are above the limits"));
        }
        Ok(recipe)
    }

    /// Reads the parameters in a PHC string.
    fn read(hash: &phc::PasswordHash) -> Option<Self> {
        // The first version of the format did not name it: the reference implementation takes a
        // missing one for 0x10, the crate's own verifier for the newest.
        let version = hash.version.unwrap_or(Version::V0x10.into());
        let recipe = Self {
            algorithm: Algorithm::new(hash.algorithm.as_str()).ok()?,
            version: Version::try_from(version).ok()?,
            params: Params::try_from(hash).ok()?,
        };
        recipe.is_affordable().then_some(recipe)
    }

    fn is_affordable(&self) -> bool {
        let (memory_kib, iterations, parallelism) = self.cost();
        is_affordable(memory_kib, iterations, parallelism)
    }

    /// Returns memory in KiB, passes and lanes.
    pub(super) fn cost(&self) -> (u32, u32, u32) {
        let params = &self.params;
        (params.m_cost(), params.t_cost(), params.p_cost())
    }

    /// Returns the memory of one hash, in blocks of 1 KiB.
    pub(super) fn blocks(&self) -> usize {
        self.params.block_count()
    }

    fn compute(&self, password: &[u8], salt: &[u8], memory: &Memory) -> Result<Output, Error> {
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        let mut bytes = [0; Output::MAX_LENGTH];
        let length = self.params.output_len().unwrap_or(OUTPUT_BYTES);
        let out = &mut bytes[..length.min(Output::MAX_LENGTH)];
        memory
            .lend(self.blocks(), |blocks| {
                argon2.hash_password_into_with_memory(password, salt, out, blocks)
            })?
            .map_err(Error::failed)?;
        Output::new(out).map_err(Error::failed)
    }
}

/// A hash that can be verified.
pub(super) struct Hash {
    recipe: Recipe,
    salt: Salt,
    output: Output,
}

impl Hash {
    /// Computes the hash of a new password.
    pub(super) fn make(
        recipe: &Recipe,
        password: &[u8],
        salt: &[u8; SALT_BYTES],
        memory: &Memory,
    ) -> Result<Self, Error> {
        Ok(Self {
            recipe: recipe.clone(),
            salt: Salt::new(salt).map_err(Error::failed)?,
            output: recipe.compute(password, salt, memory)?,
        })
    }

    /// Reads a PHC string; `None` if it is broken or asks for too much.
    pub(super) fn read(text: &str) -> Option<Self> {
        let hash = phc::PasswordHash::new(text).ok()?;
        Some(Self {
            recipe: Recipe::read(&hash)?,
            salt: hash.salt?,
            output: hash.hash?,
        })
    }

    /// Computes the hash of `password` and compares in constant time.
    pub(super) fn is_of(&self, password: &[u8], memory: &Memory) -> Result<bool, Error> {
        let output = self.recipe.compute(password, &self.salt, memory)?;
        Ok(output.as_bytes().ct_eq(self.output.as_bytes()).into())
    }

    #[cfg(feature = "django-hashes")]
    /// Returns the parameters of the hash.
    pub(super) fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Returns whether `recipe` would make the hash in the same way.
    pub(super) fn is_made_by(&self, recipe: &Recipe) -> bool {
        self.recipe == *recipe && self.salt.len() >= SALT_BYTES
    }

    /// Returns the PHC string.
    pub(super) fn to_text(&self) -> Result<String, Error> {
        let Recipe {
            algorithm,
            version,
            params,
        } = &self.recipe;
        let hash = phc::PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(u32::from(*version)),
            params: ParamsString::try_from(params).map_err(Error::failed)?,
            salt: Some(self.salt),
            hash: Some(self.output),
        };
        Ok(hash.to_string())
    }
}
