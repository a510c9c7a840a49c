//! Signing keys in service: rotation by signal, replicas whose keys differ, and another service
//! that only verifies. On every store; what cannot run is shown as ignored.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test panics when it fails"
)]

mod doubtful;
mod hanging;
mod metrics;
mod replicas;
#[cfg(target_os = "linux")]
mod rights;
mod rotation;
mod sharing;
mod verifier;

use std::process::ExitCode;

use accounts_testkit::{Backend, Needs, Place, place};
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for backend in Backend::ALL {
        trials.extend(doubtful::trials(backend));
        trials.extend(metrics::trials(backend));
        trials.extend(rotation::trials(backend));
        trials.extend(sharing::trials(backend));
    }
    for backend in [Backend::Sqlite, Backend::Postgres] {
        trials.extend(replicas::trials(backend));
        trials.push(sharing::outage(backend));
    }
    trials.extend(hanging::trials());
    #[cfg(target_os = "linux")]
    trials.extend(rights::trials());
    trials.extend(verifier::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(backend: Backend, name: &str, test: fn(Backend)) -> Trial {
    let run = move || {
        test(backend);
        Ok(())
    };
    Trial::test(format!("{backend}::{name}"), run).needs_backend(backend)
}

/// The tests of a file on a backend, by name.
macro_rules! trials {
    ($($test:ident),+ $(,)?) => {
        pub(crate) fn trials(backend: accounts_testkit::Backend) -> Vec<libtest_mimic::Trial> {
            vec![$(crate::trial(backend, stringify!($test), $test)),+]
        }
    };
}
use trials;

/// A place whose keys are in the file `ring`.
fn place_with_key_file(backend: Backend) -> Place {
    let place = place!()
        .on(backend)
        .cheap_hashing()
        .set("ACCOUNTS_KEYS__FILE", "ring");
    let key = place.run(&["key", "generate"]).expect(0).stdout.clone();
    place.write("ring", &key);
    place
}

/// The names that a `key` command printed with a role.
fn names(printed: &str, role: &str) -> Vec<String> {
    let lines = printed.lines().filter_map(|line| line.split_once(' '));
    let named = lines.filter(|(found, _)| *found == role);
    named.map(|(_, name)| name.trim().to_owned()).collect()
}

/// The `kid` of a token.
fn kid(token: &str) -> String {
    use base64::Engine;
    let (header, _) = token.split_once('.').unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header);
    let header: serde_json::Value = serde_json::from_slice(&header.unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}
