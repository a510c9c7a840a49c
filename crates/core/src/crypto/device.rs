//! Device cookies: a browser's proof that an account was signed in to with it before (OWASP, "Slow
//! Down Online Guessing Attacks with Device Cookies").
//!
//! A value is `base64url(id ‖ mark ‖ ..)`: a random identifier of the browser, and for each account
//! a mark `time ‖ HMAC-SHA256(key, id ‖ time ‖ username)`, cut to 16 bytes. A mark can be checked
//! with the username but does not reveal it. It authenticates no one: it only gives the browser its
//! own count of failed guesses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use subtle::ConstantTimeEq;

use super::keyring::{KeyRing, MacKey};
use super::random;
use super::token::distinct;
use crate::domain::credentials::UsernameKey;

/// How long a browser stays known after a login.
pub const LIFETIME: TimeDelta = TimeDelta::days(365);

/// The most accounts that a browser is known to; the one with the oldest login is dropped.
const MARKS_MAX: usize = 4;

const ID_BYTES: usize = 16;
const TIME_BYTES: usize = 4;
const MARK_BYTES: usize = TIME_BYTES + TAG_BYTES;
const TAG_BYTES: usize = 16;

/// The random identifier of a browser.
pub(crate) type DeviceId = [u8; ID_BYTES];

/// A browser and the accounts that were signed in to with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    id: DeviceId,
    /// The newest first.
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    /// In seconds after 1970.
    made_at: u32,
    tag: [u8; TAG_BYTES],
}

impl Mark {
    fn made_by(key: &MacKey, id: &DeviceId, made_at: u32, name: &UsernameKey) -> Self {
        let time = made_at.to_be_bytes();
        let mac = key.tag(&[id, &time, name.as_str().as_bytes()]);
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&mac[..TAG_BYTES]);
        Self { made_at, tag }
    }

    fn parse(bytes: &[u8; MARK_BYTES]) -> Self {
        let (time, rest) = bytes.split_at(TIME_BYTES);
        let made_at = time
            .iter()
            .fold(0, |time, byte| time << 8 | u32::from(*byte));
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(rest);
        Self { made_at, tag }
    }

    fn is_for(&self, ring: &KeyRing, id: &DeviceId, name: &UsernameKey) -> bool {
        let mut keys = ring.all();
        keys.any(|key| {
            let own = Self::made_by(key.device(), id, self.made_at, name);
            own.tag.ct_eq(&self.tag).into()
        })
    }

    fn is_over(&self, now: DateTime<Utc>) -> bool {
        i64::from(self.made_at) + LIFETIME.num_seconds() <= now.timestamp()
    }
}

impl Device {
    /// Returns the browsers in the values of the cookie, without values that are invalid. A sibling
    /// domain can add any number of cookies and must not displace the real one, so all are read: as
    /// many as fit into a request cost a small part of a password hash.
    #[must_use]
    pub fn all(values: &[&str]) -> Vec<Self> {
        let values = distinct(values).into_iter();
        values.filter_map(Self::parse).collect()
    }

    fn parse(value: &str) -> Option<Self> {
        if value.len() > (ID_BYTES + MARKS_MAX * MARK_BYTES).div_ceil(3) * 4 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (id, marks) = bytes.split_first_chunk()?;
        let (marks, rest) = marks.as_chunks();
        let is_whole = rest.is_empty() && (1..=MARKS_MAX).contains(&marks.len());
        is_whole.then(|| Self {
            id: *id,
            marks: marks.iter().map(Mark::parse).collect(),
        })
    }

    /// Returns the browser with which this account was signed in to within [`LIFETIME`].
    #[must_use]
    pub fn find<'d>(
        devices: &'d [Self],
        ring: &KeyRing,
        name: &UsernameKey,
        now: DateTime<Utc>,
    ) -> Option<&'d Self> {
        devices.iter().find(|device| {
            let mut marks = device.marks.iter();
            marks.any(|mark| !mark.is_over(now) && mark.is_for(ring, &device.id, name))
        })
    }

    /// Returns a browser that is not known yet.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new() -> Result<Self, random::Error> {
        Ok(Self {
            id: random::bytes()?,
            marks: Vec::new(),
        })
    }

    /// Returns the browser after a login to the account with this name.
    #[must_use]
    pub fn after_login(mut self, ring: &KeyRing, name: &UsernameKey, now: DateTime<Utc>) -> Self {
        let id = self.id;
        self.marks.retain(|mark| !mark.is_for(ring, &id, name));
        let made_at = u32::try_from(now.timestamp()).unwrap_or_default();
        let mark = Mark::made_by(ring.active().device(), &id, made_at, name);
        self.marks.insert(0, mark);
        self.marks.truncate(MARKS_MAX);
        self
    }

    /// Returns the value of the cookie.
    #[must_use]
    pub fn to_value(&self) -> String {
        let mut bytes = self.id.to_vec();
        for mark in &self.marks {
            bytes.extend(mark.made_at.to_be_bytes());
            bytes.extend(mark.tag);
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn id(&self) -> &DeviceId {
        &self.id
    }
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
