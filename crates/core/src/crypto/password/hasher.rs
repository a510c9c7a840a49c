//! Hashing itself, on a thread that may block.

use std::sync::atomic::{AtomicU64, Ordering};

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::argon::{Hash, Recipe, SALT_BYTES};
use super::memory::Memory;
use super::{Error, HashingOptions, Imported, Verdict, random_bytes};
use crate::domain::credentials::{Password, PasswordHash};

/// A stored hash of a known format.
#[cfg_attr(
    not(feature = "django-hashes"),
    expect(clippy::large_enum_variant, reason = "the other one cannot exist")
)]
enum Stored {
    /// Made by this service, though maybe with older parameters.
    Own(Hash),
    /// Imported from another program.
    Imported(Imported),
}

impl Stored {
    /// Reads a stored hash; `None` if the format is unknown or broken, or the cost too high.
    fn read(text: &str) -> Option<Self> {
        // One arm a program, by the name that the text begins with.
        match text.split('$').find(|field| !field.is_empty())? {
            "argon2id" | "argon2i" | "argon2d" => Hash::read(text).map(Self::Own),
            _ => Imported::read(text).map(Self::Imported),
        }
    }
}

pub(super) struct Hasher {
    pub(super) recipe: Recipe,
    /// Verified where there is no Argon2 hash.
    pub(super) dummy: Hash,
    /// Verified where there is no imported hash.
    decoy: Option<Imported>,
    pub(super) memory: Memory,
    pub(super) computed: AtomicU64,
    pub(super) imported_computed: AtomicU64,
}

impl Hasher {
    pub(super) fn new(options: &HashingOptions) -> Result<Self, Error> {
        let recipe = Recipe::configured(options)?;
        let memory = Memory::new(recipe.blocks());
        let password = random_bytes::<32>()?;
        let dummy = Hash::make(&recipe, &password, &random_bytes()?, &memory)?;
        let decoy = options.imported_cost.map(Imported::decoy).transpose()?;
        Ok(Self {
            recipe,
            dummy,
            decoy,
            memory,
            computed: AtomicU64::new(0),
            imported_computed: AtomicU64::new(0),
        })
    }

    /// Verifies a password with the same work whatever is stored: one Argon2 hash, and one imported
    /// hash if the options ask for it. Only the stored hash decides.
    pub(super) fn verify(
        &self,
        password: &Password,
        stored: Option<&PasswordHash>,
    ) -> Result<Verdict, Error> {
        let readable = stored.and_then(|hash| Stored::read(hash.expose()));
        if stored.is_some() && readable.is_none() {
            tracing::warn!(
                "a stored password hash has an unknown format or costs more than is verified; its \
                 user cannot sign in until `user set-password`"
            );
        }
        let (own, imported) = match &readable {
            Some(Stored::Own(hash)) => (Some(hash), None),
            Some(Stored::Imported(hash)) => (None, Some(hash)),
            None => (None, None),
        };
        let is_own = self.verify_own(password, own)?;
        let is_imported = self.verify_imported(password, imported)?;
        Ok(match own {
            Some(hash) if is_own => Verdict::Right {
                outdated: !hash.is_made_by(&self.recipe),
            },
            None if is_imported => Verdict::Right { outdated: true },
            _ => Verdict::Wrong,
        })
    }

    fn verify_own(&self, password: &Password, hash: Option<&Hash>) -> Result<bool, Error> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let computed = hash.unwrap_or(&self.dummy);
        let equal = computed.is_of(normalised(password).as_bytes(), &self.memory)?;
        Ok(equal && hash.is_some())
    }

    /// Verifies the password as typed: the other program did not normalise it either.
    fn verify_imported(&self, password: &Password, hash: Option<&Imported>) -> Result<bool, Error> {
        let Some(computed) = hash.or(self.decoy.as_ref()) else {
            return Ok(false);
        };
        self.imported_computed.fetch_add(1, Ordering::Relaxed);
        let password = password.expose().as_bytes();
        let equal = computed.is_of(password, &self.memory)?;
        if let (Some(hash), Some(decoy)) = (hash, &self.decoy) {
            decoy.top_up(hash, password);
        }
        Ok(equal && hash.is_some())
    }

    pub(super) fn hash(&self, password: &Password) -> Result<PasswordHash, Error> {
        let salt = random_bytes::<SALT_BYTES>()?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        let password = normalised(password);
        let hash = Hash::make(&self.recipe, password.as_bytes(), &salt, &self.memory)?;
        Ok(PasswordHash::new(hash.to_text()?))
    }
}

/// Returns the password in normal form C, in memory that is wiped.
pub(super) fn normalised(password: &Password) -> Zeroizing<String> {
    let text = password.expose();
    // NFC makes UTF-8 at most three times as long (the table in the Unicode normalisation FAQ).
    // With room for that the buffer is never reallocated and leaves no copy behind.
    let mut normal = Zeroizing::new(String::with_capacity(text.len() * 3));
    normal.extend(text.nfc());
    normal
}
