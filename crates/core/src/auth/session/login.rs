//! Logging in with a username and a password.

use crate::auth::event::{EventKind, EventSubject};
use crate::auth::{Accounts, Error, PresentedTokens, SignedIn};
use crate::crypto::device::Device;
use crate::crypto::password::Verdict;
use crate::crypto::token::Kind;
use crate::crypto::{random, throttle_key};
use crate::domain::credentials::{Password, PasswordHash, Username};
use crate::domain::session::{Client, Session, SessionId};
use crate::domain::user::{Account, User};
use crate::store::{Admission, Displaced};

/// What a browser sends to log in.
#[derive(Debug, Clone)]
pub struct LoginAttempt {
    /// As typed; may be an invalid name.
    pub username: String,
    /// As typed.
    pub password: Password,
    /// The browser.
    pub arrival: Arrival,
}

/// The browser that a session is opened for.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Its network address and user agent.
    pub client: Client,
    /// Whether the session outlives the browser process.
    pub remember: bool,
    /// The session that it already holds.
    pub replaces: Option<SessionId>,
    /// The contents of its device cookies.
    pub devices: Vec<Device>,
}

impl Default for Arrival {
    /// Returns an unknown browser, whose session is remembered.
    fn default() -> Self {
        Self {
            client: Client::default(),
            remember: true,
            replaces: None,
            devices: Vec::new(),
        }
    }
}

impl Accounts {
    /// Opens a session.
    ///
    /// Unknown names, wrong passwords and disabled users cost the same: one look-up and one hash
    /// (security requirement LG1; CVE-2024-39329 is what happens otherwise). A throttled attempt
    /// costs neither, and is refused whether the password is right or not (RL5).
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`], [`Error::TooManyAttempts`].
    pub async fn login(&self, attempt: LoginAttempt) -> Result<SignedIn, Error> {
        let address = attempt.arrival.client.address;
        let guesser = self.guesser(&attempt.username, &attempt.arrival.devices);
        let guess = self.0.throttle.login(guesser, address, self.now()).await;
        let guess = self.audit_throttled(guess, EventSubject::address(address))?;
        self.watch_failures(&guess, EventSubject::address(address));
        match self.check_credentials(&attempt).await {
            Ok(user) => {
                guess.succeeded().await;
                let signed_in = self.open_session(&user, attempt.arrival).await?;
                self.record(EventKind::LoginSucceeded, EventSubject::of(&signed_in));
                Ok(signed_in)
            }
            Err(Error::InvalidCredentials) => Err(Error::InvalidCredentials),
            Err(trouble) => {
                guess.refund();
                Err(trouble)
            }
        }
    }

    async fn check_credentials(&self, attempt: &LoginAttempt) -> Result<User, Error> {
        let account = self.find_account(&attempt.username).await?;
        let hash = account
            .as_ref()
            .and_then(|account| account.password_hash.as_ref());
        let verdict = self.0.passwords.verify(&attempt.password, hash).await?;
        let may_enter = |account: &&Account| account.user.is_active;
        let (Some(account), Verdict::Right { outdated }) =
            (account.as_ref().filter(may_enter), verdict)
        else {
            let about = EventSubject {
                user: account.as_ref().map(|account| account.user.id),
                ..EventSubject::address(attempt.arrival.client.address)
            };
            let name = || throttle_key::for_username(&self.0.tokens.ring(), &attempt.username);
            let unknown_name = account.is_none().then(name);
            self.record(EventKind::LoginFailed { unknown_name }, about);
            return Err(Error::InvalidCredentials);
        };
        if let (true, Some(old)) = (outdated, hash) {
            self.upgrade_hash(account, old, &attempt.password).await;
        }
        Ok(account.user.clone())
    }

    /// Returns the session that this browser holds, for a login to take its place: that of the
    /// bound refresh token, else that of the access token.
    #[must_use]
    pub fn held_session(&self, tokens: &PresentedTokens<'_>) -> Option<SessionId> {
        let refresh = self.recognize_bound_refresh(tokens);
        let claims = refresh.or_else(|| self.recognize(Kind::Access, &tokens.access));
        claims.map(|claims| claims.sid)
    }

    async fn find_account(&self, typed: &str) -> Result<Option<Account>, Error> {
        // An invalid username cannot exist; treat it as unknown.
        let Ok(username) = Username::parse(typed) else {
            return Ok(None);
        };
        Ok(self.0.store.find_account(&username.key()).await?)
    }

    /// Stores a hash with the configured cost. Compare-and-set: a password that was changed
    /// meanwhile stays. A failure does not fail the login.
    async fn upgrade_hash(&self, account: &Account, old: &PasswordHash, password: &Password) {
        let upgraded = async {
            let new = self.0.passwords.hash(password).await?;
            let upgraded = self.0.store.upgrade_hash(account.user.id, old, &new);
            Ok::<_, Error>(upgraded.await?)
        };
        if let Err(error) = upgraded.await {
            tracing::warn!(error = %error, user_id = %account.user.id, "a password hash was not upgraded");
        }
    }

    /// Opens a session for a user whose password was just verified.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] if the user was deleted, disabled or given another password
    /// since `user` was read.
    pub(in crate::auth) async fn open_session(
        &self,
        user: &User,
        arrival: Arrival,
    ) -> Result<SignedIn, Error> {
        let opening = self.new_session(user, arrival)?;
        let (session, admission) = (&opening.session, opening.admission);
        let opened = self.0.store.open_session(session, admission).await?;
        let Some(displaced) = opened else {
            let unknown_name = None;
            let about = EventSubject {
                user: Some(user.id),
                ..EventSubject::address(session.client.address)
            };
            self.record(EventKind::LoginFailed { unknown_name }, about);
            return Err(Error::InvalidCredentials);
        };
        self.opened(user.clone(), opening, &displaced)
    }

    /// Returns the session that is to be inserted, and what happens together with it.
    pub(in crate::auth) fn new_session(
        &self,
        user: &User,
        arrival: Arrival,
    ) -> Result<Opening, Error> {
        let policy = &self.0.session_policy;
        let device = self.device_after_login(&arrival.devices, user)?;
        let (id, remember) = (random::session_id()?, arrival.remember);
        let now = self.now();
        let session = Session::open(id, user, arrival.client, remember, policy, now);
        let admission = Admission {
            cap: policy.cap,
            replaces: arrival.replaces,
        };
        Ok(Opening {
            session,
            admission,
            device,
        })
    }

    /// Issues the tokens of an inserted session, and records the sessions that it ended.
    pub(in crate::auth) fn opened(
        &self,
        user: User,
        opening: Opening,
        displaced: &Displaced,
    ) -> Result<SignedIn, Error> {
        let session = opening.session;
        let about = |id: SessionId, user| EventSubject {
            session: Some(id),
            user: Some(user),
            address: session.client.address,
        };
        if let Some((old, owner)) = displaced.superseded {
            self.record(EventKind::SessionSuperseded, about(old, owner));
        }
        for old in &displaced.evicted {
            let about = about(*old, session.user_id);
            self.record(EventKind::SessionEvicted, about);
        }
        let now = session.created_at;
        Ok(SignedIn {
            device: Some(opening.device),
            ..self.sign_in(user, session, now)?
        })
    }
}

/// A session that is to be inserted.
pub(in crate::auth) struct Opening {
    pub(in crate::auth) session: Session,
    pub(in crate::auth) admission: Admission,
    device: Device,
}
