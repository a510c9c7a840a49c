//! Signing tokens.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::Header;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use thiserror::Error;

use super::{Claims, Kind, Tokens};
use crate::id::{Generation, SessionId, UserId};
use crate::{provider, random};

/// The longest token that is issued, in bytes.
pub const ISSUED_MAX_BYTES: usize = 1024;

/// The subject of a token: one generation of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenSubject {
    /// Whose session it is.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// Its newest generation.
    pub generation: Generation,
}

/// A signed token on its way to a cookie.
#[derive(Clone)]
pub struct Issued {
    /// The compact form.
    pub text: SecretString,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

impl Issued {
    /// Returns the compact form.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issued([redacted] until {})", self.expires_at)
    }
}

/// Why a token could not be issued.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IssueError {
    /// No random bytes for the identifier.
    #[error(transparent)]
    Random(#[from] random::Error),
    /// The signer failed.
    #[error("signing failed")]
    Sign(#[from] jsonwebtoken::errors::Error),
    /// Longer than [`ISSUED_MAX_BYTES`]: issuer and audience are too long.
    #[error("the token has {0} bytes, more than fit a cookie")]
    TooLong(usize),
}

impl Tokens {
    /// Issues an access token at `now`, for as long as the policy says.
    ///
    /// # Errors
    /// See [`IssueError`].
    pub fn issue_access(
        &self,
        subject: &TokenSubject,
        now: DateTime<Utc>,
    ) -> Result<Issued, IssueError> {
        let until = now + self.verifier.policy().access_lifetime;
        self.issue(Kind::Access, subject, now, until)
    }

    /// Issues the refresh token of a generation that was made at `from`. It ends with the session
    /// at `until`, so handing it out again does not lengthen it.
    ///
    /// # Errors
    /// See [`IssueError`].
    pub fn issue_refresh(
        &self,
        subject: &TokenSubject,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Issued, IssueError> {
        self.issue(Kind::Refresh, subject, from, until)
    }

    fn issue(
        &self,
        kind: Kind,
        subject: &TokenSubject,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Issued, IssueError> {
        let policy = self.verifier.policy();
        let claims = Claims {
            iss: policy.issuer.clone(),
            aud: policy.audience.clone(),
            sub: subject.user,
            sid: subject.session,
            generation: subject.generation,
            iat: from.timestamp(),
            exp: until.timestamp(),
            jti: random::token_id()?,
        };
        let ring = self.ring.load();
        let key = self.key(kind, ring.active());
        let algorithm = key.verifying.algorithm;
        let mut header = Header::new(algorithm);
        header.typ = Some(kind.typ().to_owned());
        header.kid = Some(ring.active().id.to_string());
        let (header, claims_part) = (encoded(&header)?, encoded(&claims)?);
        let message = format!("{header}.{claims_part}");
        let signature = provider::sign(message.as_bytes(), &key.signing, algorithm)?;
        let text = format!("{message}.{signature}");
        if text.len() > ISSUED_MAX_BYTES {
            return Err(IssueError::TooLong(text.len()));
        }
        let expires_at = DateTime::from_timestamp(claims.exp, 0).unwrap_or(until);
        Ok(Issued {
            text: SecretString::from(text),
            expires_at,
        })
    }
}

/// Returns a part of a token (RFC 7515 section 3.1).
fn encoded(part: &impl Serialize) -> Result<String, IssueError> {
    let json = serde_json::to_vec(part).map_err(jsonwebtoken::errors::Error::from)?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}
