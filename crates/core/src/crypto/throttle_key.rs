//! The keys under which failures are counted: keyed hashes.
//!
//! They are kept for a day. Users type their password into the name field by mistake, so the input
//! must not be found by brute force: hence a keyed hash. Replicas with the same active key count
//! together, and a new key resets all counts.

use super::device::Device;
use super::keyring::{KeyRing, MacKey};
use crate::domain::credentials::UsernameKey;
use crate::domain::throttle::ThrottleKey;
use crate::domain::user::UserId;

/// Returns the key for logins to a name, in any letter case, known or not.
#[must_use]
pub fn for_username(ring: &KeyRing, typed: &str) -> ThrottleKey {
    let folded = typed.to_ascii_lowercase();
    key(ring.active().attempts(), b"name", folded.as_bytes())
}

/// Returns the key for password confirmations of a user within a session.
#[must_use]
pub fn for_user(ring: &KeyRing, id: UserId) -> ThrottleKey {
    key(ring.active().attempts(), b"user", id.0.as_bytes())
}

/// Returns the key for logins to a name from a browser that signed in to it before.
#[must_use]
pub fn for_device(ring: &KeyRing, device: &Device, name: &UsernameKey) -> ThrottleKey {
    let of = [&device.id()[..], name.as_str().as_bytes()].concat();
    key(ring.active().attempts(), b"device", &of)
}

fn key(mac: &MacKey, kind: &[u8], of: &[u8]) -> ThrottleKey {
    ThrottleKey(mac.tag(&[kind, of]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keyring::Secret;

    fn ring() -> KeyRing {
        let secret = Secret::parse(&Secret::generate().unwrap()).unwrap();
        KeyRing::new(&secret, &[])
    }

    #[test]
    fn names_fold_and_keys_differ() {
        let ring = ring();
        assert_eq!(for_username(&ring, "Ada"), for_username(&ring, "aDA"));
        assert_ne!(for_username(&ring, "ada"), for_username(&ring, "adb"));
        assert_ne!(
            for_username(&ring, "ada"),
            for_username(&self::ring(), "ada")
        );
    }
}
