//! Which signing keys a replica has, by their public names, and whether replicas fit together.

use std::fmt;

/// The public name of a signing key: the `kid` in the header of each token it signs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for KeyId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The key names of a ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingIds {
    /// Signs, and verifies.
    pub active: KeyId,
    /// Verify only, in the order of the ring.
    pub others: Vec<KeyId>,
}

/// How a replica's ring relates to the recorded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No ring is recorded yet.
    First,
    /// The record is of this ring.
    Same,
    /// Another ring is recorded, and this one verifies what it signs.
    Compatible,
    /// This ring does not verify what the recorded one signs: replicas that share a site would
    /// end each other's sessions.
    Incompatible,
}

impl RingIds {
    /// Returns whether the ring verifies what the key of this name signed.
    #[must_use]
    pub fn verifies(&self, id: &KeyId) -> bool {
        self.active == *id || self.others.contains(id)
    }

    /// Returns how this ring relates to the `recorded` one.
    #[must_use]
    pub fn standing(&self, recorded: Option<&Self>) -> Standing {
        match recorded {
            None => Standing::First,
            Some(recorded) if recorded == self => Standing::Same,
            Some(recorded) if self.verifies(&recorded.active) => Standing::Compatible,
            Some(_) => Standing::Incompatible,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(names: &[&str]) -> RingIds {
        let mut ids = names.iter().map(|name| KeyId::from((*name).to_owned()));
        RingIds {
            active: ids.next().unwrap(),
            others: ids.collect(),
        }
    }

    #[test]
    fn a_ring_stands_by_whether_it_verifies_what_others_sign() {
        let (before, staged) = (ring(&["a"]), ring(&["a", "b"]));
        let (promoted, dropped) = (ring(&["b", "a"]), ring(&["b"]));
        assert_eq!(before.standing(None), Standing::First);
        for (own, recorded, standing) in [
            (&before, &before, Standing::Same),
            (&before, &staged, Standing::Compatible),
            (&staged, &before, Standing::Compatible),
            (&staged, &promoted, Standing::Compatible),
            (&promoted, &staged, Standing::Compatible),
            (&dropped, &promoted, Standing::Compatible),
            // Not staged first: the one cannot read the other's tokens.
            (&before, &promoted, Standing::Incompatible),
            (&dropped, &staged, Standing::Incompatible),
            (&before, &dropped, Standing::Incompatible),
        ] {
            let found = own.standing(Some(recorded));
            assert_eq!(found, standing, "{own:?} to {recorded:?}");
        }
    }
}
