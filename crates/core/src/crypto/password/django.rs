//! Password hashes that Django made (`django.contrib.auth.hashers`, Django 1.4 to 6.0).
//!
//! They are verified, never created. The password is hashed as typed: Django does not normalise. To
//! import the hashes of another program, add its formats here and their costs to [`ImportedCost`].

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bcrypt::HashParts;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Error;
use super::argon::Hash;
use super::imported_cost::ImportedCost;
use super::memory::Memory;
use crate::domain::credentials::PasswordHash;

/// Length of an scrypt hash, in bytes.
const SCRYPT_BYTES: usize = 64;

/// A hash that can be verified and costs no more than is allowed.
pub(super) struct Imported {
    cost: ImportedCost,
    secret: Secret,
}

/// What a password is compared with.
enum Secret {
    /// PBKDF2 and scrypt. Django's salts are texts.
    Derived { salt: String, output: Vec<u8> },
    /// In a PHC string.
    Argon2(Box<Hash>),
    /// `$2b$rounds$salt and hash`.
    Bcrypt(String),
}

impl ImportedCost {
    /// Returns the cost of a hash; `None` if it is not an imported one that can be verified.
    #[must_use]
    pub fn of(hash: &PasswordHash) -> Option<Self> {
        Imported::read(hash.expose()).map(|hash| hash.cost())
    }
}

impl Imported {
    /// Reads what Django stores; `None` if the format is unknown, broken or asks for too much.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('$')?;
        let (cost, secret) = match name {
            "pbkdf2_sha256" | "pbkdf2_sha1" => {
                let [iterations, salt, output] = fields(rest)?;
                let cost = format!("{name}${iterations}").parse().ok()?;
                (cost, derived(salt, output, output_bytes(&cost))?)
            }
            "scrypt" => {
                let [n, salt, r, p, output] = fields(rest)?;
                let cost = format!("{name}${n}${r}${p}").parse().ok()?;
                (cost, derived(salt, output, output_bytes(&cost))?)
            }
            "bcrypt_sha256" | "bcrypt" => {
                // `$2x$` marks hashes of a broken implementation, which Django never used.
                let broken = rest.starts_with("$2x$");
                let parts: HashParts = rest.parse().ok().filter(|_| !broken)?;
                let cost = format!("{name}${}", parts.get_cost()).parse().ok()?;
                (cost, Secret::Bcrypt(rest.to_owned()))
            }
            "argon2" => {
                let hash = Hash::read(&format!("${rest}"))?;
                let (memory, passes, lanes) = hash.recipe().cost();
                let cost = format!("{name}${memory}${passes}${lanes}").parse().ok()?;
                (cost, Secret::Argon2(Box::new(hash)))
            }
            _ => return None,
        };
        Some(Self { cost, secret })
    }

    /// Returns a hash of this cost that belongs to no user.
    pub(super) fn decoy(cost: ImportedCost) -> Result<Self, Error> {
        // Its comparison never decides anything, so no part of it needs to be random.
        let secret = match cost {
            ImportedCost::Argon2 {
                memory_kib: m,
                iterations: t,
                parallelism: p,
            } => {
                let (salt, output) = ("A".repeat(22), "A".repeat(43));
                let text = format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${output}");
                Hash::read(&text).map(|hash| Secret::Argon2(Box::new(hash)))
            }
            ImportedCost::Bcrypt { rounds } | ImportedCost::BcryptSha256 { rounds } => {
                let text = format!("$2b${rounds:02}${}", ".".repeat(53));
                Some(Secret::Bcrypt(text))
            }
            _ => Some(Secret::Derived {
                salt: "decoy".into(),
                output: vec![0; output_bytes(&cost)],
            }),
        };
        let secret = secret.filter(|_| cost.is_affordable());
        let secret =
            secret.ok_or_else(|| Error::failed("the imported cost is above the limits"))?;
        Ok(Self { cost, secret })
    }

    pub(super) fn cost(&self) -> ImportedCost {
        self.cost
    }

    /// Computes the hash of `password` and compares in constant time.
    pub(super) fn is_of(&self, password: &[u8], memory: &Memory) -> Result<bool, Error> {
        match &self.secret {
            Secret::Argon2(hash) => hash.is_of(password, memory),
            Secret::Bcrypt(text) => self.is_bcrypt_of(password, text),
            Secret::Derived { salt, output } => {
                let mut computed = Zeroizing::new(vec![0; output.len()]);
                derive(self.cost, password, salt.as_bytes(), &mut computed)?;
                Ok(computed.ct_eq(output).into())
            }
        }
    }

    fn is_bcrypt_of(&self, password: &[u8], text: &str) -> Result<bool, Error> {
        let equal = if matches!(self.cost, ImportedCost::BcryptSha256 { .. }) {
            bcrypt::verify(hex(&Sha256::digest(password)).as_bytes(), text)
        } else {
            // Of more than 72 bytes the first 72 count, as they did in Django.
            bcrypt::verify(password, text)
        };
        equal.map_err(Error::failed)
    }

    /// Does the work that verifying `cheaper` saved compared with this one. A site that let Django
    /// raise its iterations with every release has rows of all costs.
    pub(super) fn top_up(&self, cheaper: &Self, password: &[u8]) {
        if let Some(missing) = self.cost.iterations_over(cheaper.cost) {
            let mut unused = Zeroizing::new(vec![0; output_bytes(&self.cost)]);
            pbkdf2(self.cost, missing, password, b"decoy", &mut unused);
        }
    }
}

/// Returns the fields of a text, if there are `N`.
fn fields<const N: usize>(text: &str) -> Option<[&str; N]> {
    let fields: Vec<_> = text.split('$').collect();
    fields.try_into().ok()
}

fn derived(salt: &str, output: &str, bytes: usize) -> Option<Secret> {
    let output = STANDARD.decode(output).ok()?;
    (!salt.is_empty() && output.len() == bytes).then(|| Secret::Derived {
        salt: salt.to_owned(),
        output,
    })
}

fn output_bytes(cost: &ImportedCost) -> usize {
    match cost {
        ImportedCost::Pbkdf2Sha1 { .. } => 20,
        ImportedCost::Scrypt { .. } => SCRYPT_BYTES,
        _ => 32,
    }
}

/// Derives the output of PBKDF2 or scrypt.
fn derive(cost: ImportedCost, password: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), Error> {
    if let ImportedCost::Scrypt {
        log_n,
        block_size,
        parallelism,
    } = cost
    {
        let params = scrypt::Params::new(log_n, block_size, parallelism);
        let params = params.map_err(Error::failed)?;
        return scrypt::scrypt(password, salt, &params, out).map_err(Error::failed);
    }
    let iterations = cost.iterations().unwrap_or(1);
    pbkdf2(cost, iterations, password, salt, out);
    Ok(())
}

fn pbkdf2(cost: ImportedCost, iterations: u32, password: &[u8], salt: &[u8], out: &mut [u8]) {
    if matches!(cost, ImportedCost::Pbkdf2Sha1 { .. }) {
        pbkdf2_hmac::<Sha1>(password, salt, iterations, out);
    } else {
        pbkdf2_hmac::<Sha256>(password, salt, iterations, out);
    }
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for byte in bytes {
        // Writing to a `String` cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text
}
