//! Checks of the key file. The only rules that read a file, and so not a part of
//! [`diagnose`](super::diagnose).

use std::path::Path;

use super::Finding;
use crate::config::{KeyFile, KeySettings};

/// Returns the findings about the key file, if the keys are in one. An unreadable file has no
/// finding: loading the keys reports it.
#[must_use]
pub fn of_key_file(keys: &KeySettings) -> Vec<Finding> {
    let Ok(path) = keys.file() else {
        return Vec::new();
    };
    let of_development = if keys.generates() {
        None
    } else {
        development_key(path)
    };
    permissions(path)
        .into_iter()
        .chain(of_development)
        .collect()
}

/// Checks the mode. Reading by its group is allowed: Kubernetes and others pass secrets to a
/// process that way.
#[cfg(unix)]
fn permissions(path: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;

    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let who_may = match mode {
        mode if mode & 0o002 != 0 => "every user of this machine may change",
        mode if mode & 0o020 != 0 => "its whole group may change",
        mode if mode & 0o004 != 0 => "every user of this machine may read",
        _ => return None,
    };
    let path = path.display();
    let what = format!("{who_may} the key file {path} (mode {mode:04o})");
    let finding = Finding::warns("key_file_permissions", what)
        .because("anyone who has a signing key can sign in as any user")
        .change(format!(
            "chmod 600 {path}; 640 if the service reads it as its group"
        ));
    Some(finding)
}

#[cfg(not(unix))]
fn permissions(_: &Path) -> Option<Finding> {
    None
}

fn development_key(path: &Path) -> Option<Finding> {
    let id = KeyFile::read(path).ok()?.development_key()?;
    let path = path.display();
    let what = format!("key {id} of the key file {path} was made for development");
    let finding = Finding::warns("development_key", what)
        .because(
            "a start with keys.generate created it, in a folder that may have been copied, shared or \
             backed up; anyone who has a signing key can sign in as any user",
        )
        .change(format!(
            "rocket-accounts key rotate, then key remove {id}; or, if you know who has it, take \
             the note out of the file"
        ));
    Some(finding)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;
    use crate::config::deployment_check::tests::settings;
    use tempfile::TempDir;

    fn keys(path: &Path, generate: bool) -> KeySettings {
        let keys = format!(
            "keys = {{ file = '{}', generate = {generate} }}",
            path.display()
        );
        settings(&keys).keys
    }

    fn place() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("ring");
        KeyFile::create(&path).unwrap();
        (folder, path)
    }

    fn found(keys: &KeySettings) -> Vec<&'static str> {
        let found = of_key_file(keys);
        found.iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_key_file_that_others_may_read_or_change_is_found() {
        let (_folder, path) = place();
        let keys = keys(&path, true);
        for mode in [0o600, 0o400, 0o640, 0o440, 0o700] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert_eq!(found(&keys), [""; 0], "{mode:o}");
        }
        for (mode, says) in [
            (0o644, "every user of this machine may read"),
            (0o604, "every user of this machine may read"),
            (0o660, "its whole group may change"),
            (0o620, "its whole group may change"),
            (0o602, "every user of this machine may change"),
            (0o666, "every user of this machine may change"),
        ] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert_eq!(found(&keys), ["key_file_permissions"], "{mode:o}");
            let finding = of_key_file(&keys).remove(0);
            let what = format!("{says} the key file {} (mode {mode:04o})", path.display());
            assert_eq!(finding.what, what);
        }
        // The target of a link counts; a missing file is reported elsewhere.
        let link = path.with_file_name("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(
            found(&super::tests::keys(&link, true)),
            ["key_file_permissions"]
        );
        fs::remove_file(&path).unwrap();
        assert_eq!(found(&keys), [""; 0]);
    }

    #[test]
    fn a_key_that_was_made_for_development_is_found_until_it_is_gone() {
        let (_folder, path) = place();
        assert_eq!(found(&keys(&path, true)), [""; 0]);
        let keys = keys(&path, false);
        assert_eq!(found(&keys), ["development_key"]);
        let id = KeyFile::read(&path).unwrap().development_key().unwrap();
        assert!(of_key_file(&keys)[0].what.contains(id.as_str()));
        // It still verifies.
        KeyFile::change(&path, KeyFile::rotate).unwrap();
        assert_eq!(found(&keys), ["development_key"]);
        KeyFile::change(&path, |file| file.remove(id.as_str())).unwrap();
        assert_eq!(found(&keys), [""; 0]);
        assert!(!fs::read_to_string(&path).unwrap().contains(id.as_str()));
    }
}
