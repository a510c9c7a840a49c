//! Asks for a password: never an argument, which every user of the machine can see.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context as _, bail};
use secrecy::{ExposeSecret, SecretString};

/// Asks twice on a terminal; otherwise reads one line from standard input, without its line end.
pub(in crate::cli) fn ask() -> anyhow::Result<SecretString> {
    if io::stdin().is_terminal() {
        let first = SecretString::from(rpassword::prompt_password("Password: ")?);
        let second = SecretString::from(rpassword::prompt_password("Again: ")?);
        if first.expose_secret() != second.expose_secret() {
            bail!("the two passwords differ; nothing was changed");
        }
        return Ok(first);
    }
    let mut line = zeroize::Zeroizing::new(String::new());
    let read = io::stdin().lock().read_line(&mut line);
    read.context("the password cannot be read from standard input")?;
    let text = line.strip_suffix('\n').unwrap_or(&line);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        bail!("no password on standard input; nothing was changed");
    }
    Ok(SecretString::from(text))
}

/// Asks a question on the terminal; without one the answer is no.
pub(in crate::cli) fn confirm(question: &str) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}
