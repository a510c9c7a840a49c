//! Whether a password is strong enough to be set.
//!
//! Length, and strength by `zxcvbn`: no rules of composition, which make passwords worse (NIST SP
//! 800-63B-4; ASVS 5.0 6.2.5), no list of our own. A password that is in use already is never
//! checked again.

use secrecy::SecretString;
use zeroize::Zeroizing;
use zxcvbn::Score;

use crate::domain::credentials::{Password, PasswordError};

/// The number of characters that are estimated: a prefix that is hard to guess is enough, and the
/// time grows with the square of the length, to a second for crafted texts.
const ESTIMATED_CHARS: usize = 40;

/// The rules for new passwords.
#[derive(Debug, Clone)]
pub struct PasswordPolicy {
    /// The minimum number of characters.
    pub min_chars: usize,
    /// Words that a guesser would try here: the product, its host.
    pub context: Vec<String>,
}

/// A password that was checked and may be set.
#[derive(Debug, Clone)]
pub struct NewPassword(Password);

impl NewPassword {
    /// Returns the password.
    #[must_use]
    pub fn password(&self) -> &Password {
        &self.0
    }
}

impl PasswordPolicy {
    /// Checks a password against the policy; `about` holds the username and the names of its owner.
    /// Can take a core for tens of milliseconds.
    ///
    /// # Errors
    /// What is wrong with it, with a hint for the person who chose it.
    pub fn check(&self, text: SecretString, about: &[&str]) -> Result<NewPassword, PasswordError> {
        let password = Password::parse_new(text, self.min_chars)?;
        let context = self.context.iter().map(String::as_str);
        let words: Vec<_> = about.iter().copied().chain(context).collect();
        let start: String = password.expose().chars().take(ESTIMATED_CHARS).collect();
        let estimate = zxcvbn::zxcvbn(&Zeroizing::new(start), &words);
        if estimate.score() >= Score::Three {
            return Ok(NewPassword(password));
        }
        let mut hint = String::new();
        if let Some(feedback) = estimate.feedback() {
            let warning = feedback.warning().map(|warning| warning.to_string());
            let advice = feedback.suggestions().first().map(ToString::to_string);
            hint = [warning, advice]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ");
        }
        Err(PasswordError::Guessable { hint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), PasswordError> {
        let policy = PasswordPolicy {
            min_chars: 12,
            context: vec!["rocket-accounts".into(), "app.example".into()],
        };
        policy
            .check(text.into(), &["ada.lovelace@example"])
            .map(|_| ())
    }

    #[test]
    fn good_passwords_need_no_composition() {
        for good in [
            "correct horse battery staple",
            "kqzv wxyp jmtr",
            "\u{e9}\u{fc}\u{df} und so weiter\u{2026}",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn guessable_passwords_are_refused_with_a_hint() {
        for bad in [
            "password12345",
            "aaaaaaaaaaaaaaaa",
            "qwertyuiop123",
            "ada.lovelace@example",
            "rocket-accounts",
            "app.example1",
            "abcdefghijkl",
        ] {
            let Err(PasswordError::Guessable { hint }) = check(bad) else {
                panic!("{bad} was taken");
            };
            assert!(!hint.is_empty() && !hint.contains(bad), "{bad}: {hint}");
        }
        assert_eq!(check("X7#kq!zP"), Err(PasswordError::TooShort(12)));
    }
}
