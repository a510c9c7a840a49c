//! What is done to a key file, and what is refused of one.

use tempfile::TempDir;

use super::*;

fn place() -> (TempDir, std::path::PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys").join("signing.key");
    KeyFile::create(&path).unwrap();
    (folder, path)
}

fn names(path: &Path) -> Vec<(KeyRole, KeyId)> {
    KeyFile::read(path).unwrap().names()
}

fn secrets(count: usize) -> Vec<String> {
    let text = |_| Secret::generate().unwrap().expose_secret().to_owned();
    (0..count).map(text).collect()
}

#[test]
fn a_rotation_keeps_four_older_keys_and_drops_the_fifth() {
    let (_folder, path) = place();
    let mut seen = vec![names(&path)[0].1.clone()];
    for round in 1..=6 {
        let dropped = KeyFile::change(&path, KeyFile::rotate).unwrap();
        let now = names(&path);
        assert!(!seen.contains(&now[0].1), "a new key signs");
        seen.insert(0, now[0].1.clone());
        let kept: Vec<_> = now.into_iter().map(|(_, id)| id).collect();
        assert_eq!(kept, seen[..seen.len().min(5)], "round {round}");
        assert_eq!(dropped.as_ref(), seen.get(5), "round {round}");
        seen.truncate(5);
    }
}

#[test]
fn a_staged_key_verifies_and_signs_when_it_is_promoted() {
    let (_folder, path) = place();
    let first = names(&path)[0].1.clone();
    let nothing = KeyFile::change(&path, KeyFile::promote);
    assert!(matches!(nothing, Err(KeyFileError::NothingStaged)));
    KeyFile::change(&path, KeyFile::stage).unwrap();
    let staged = names(&path);
    assert_eq!(staged[0], (KeyRole::Active, first.clone()));
    let second = match &staged[1..] {
        [(KeyRole::Staged, id)] => id.clone(),
        other => panic!("{other:?}"),
    };
    for refused in [
        KeyFile::change(&path, KeyFile::stage),
        KeyFile::change(&path, KeyFile::rotate),
    ] {
        assert!(matches!(refused, Err(KeyFileError::AlreadyStaged(id)) if id == second));
    }
    assert_eq!(names(&path), staged, "what is refused changes nothing");
    KeyFile::change(&path, KeyFile::promote).unwrap();
    let promoted = [(KeyRole::Active, second), (KeyRole::Older, first)];
    assert_eq!(names(&path), promoted);
}

#[test]
fn a_staged_key_counts_among_the_five() {
    let (_folder, path) = place();
    for _ in 0..4 {
        assert_eq!(KeyFile::change(&path, KeyFile::rotate).unwrap(), None);
    }
    let oldest = names(&path)[4].1.clone();
    let dropped = KeyFile::change(&path, KeyFile::stage).unwrap();
    assert_eq!(dropped, Some(oldest));
    assert_eq!(names(&path).len(), 5);
    KeyFile::change(&path, KeyFile::promote).unwrap();
    assert_eq!(names(&path).len(), 5);
}

#[test]
fn any_key_but_the_active_one_can_be_removed() {
    let (_folder, path) = place();
    KeyFile::change(&path, KeyFile::rotate).unwrap();
    KeyFile::change(&path, KeyFile::stage).unwrap();
    let all = names(&path);
    let remove = |id: &str| KeyFile::change(&path, |file| file.remove(id));
    assert!(matches!(
        remove(all[0].1.as_str()),
        Err(KeyFileError::StillSigns)
    ));
    assert!(matches!(remove("canary"), Err(KeyFileError::UnknownKey)));
    assert_eq!(names(&path), all);
    remove(all[2].1.as_str()).unwrap();
    assert_eq!(names(&path), all[..2]);
    remove(all[1].1.as_str()).unwrap();
    assert_eq!(names(&path), all[..1]);
}

#[test]
fn rotations_at_once_all_count() {
    let (_folder, path) = place();
    let first = names(&path)[0].1.clone();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| KeyFile::change(&path, KeyFile::rotate).unwrap());
        }
    });
    let now = names(&path);
    assert_eq!((now.len(), &now[4].1), (5, &first));
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
    assert_eq!(files.count(), 1, "no draft is left");
}

#[test]
fn a_file_of_plain_lines_is_read_as_it_always_was() {
    let (_folder, path) = place();
    let lines = secrets(5);
    std::fs::write(&path, format!("# a note\n\n  {}\r\n", lines.join("\n"))).unwrap();
    let ids = lines.iter().map(|line| {
        let secret = Secret::parse(&line.as_str().into()).unwrap();
        secret.key_id()
    });
    let found: Vec<_> = names(&path).into_iter().map(|(_, id)| id).collect();
    assert_eq!(found, ids.collect::<Vec<_>>());
}

#[test]
fn a_file_that_will_not_do_is_told_and_not_shown() {
    let (_folder, path) = place();
    let lines = secrets(6);
    let six = lines.join("\n");
    let two_staged = format!("{}\nstaged {}\nstaged {}", lines[0], lines[1], lines[2]);
    for (text, says) in [
        ("", "has no secret that signs"),
        ("# only a note\n", "has no secret that signs"),
        (&format!("staged {}", lines[0]), "has no secret that signs"),
        (&six, "has more than five secrets"),
        (&two_staged, "has two staged secrets"),
        (
            &format!("{}\n\nstaged canary", lines[0]),
            "line 3 of the key file",
        ),
        (&format!("{}\nstaged", lines[0]), "line 2 of the key file"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = KeyFile::read(&path).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert!(
            !error.contains("canary") && !error.contains(&lines[0]),
            "{error}"
        );
        let before = std::fs::read(&path).unwrap();
        assert!(KeyFile::change(&path, KeyFile::rotate).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[cfg(unix)]
#[test]
fn the_mode_stays_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = place();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for mode in [0o600, 0o640, 0o440, 0o400, 0o644] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        KeyFile::change(&link, KeyFile::rotate).unwrap();
        assert!(link.is_symlink());
        let now = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(now & 0o7777, mode);
    }
    assert_eq!(names(&path).len(), 5);
}

#[test]
fn notes_are_kept_and_go_with_their_key() {
    let (_folder, path) = place();
    let [one, two, three]: [String; 3] = secrets(3).try_into().unwrap();
    let head = "# of the company\n# ask Security\n\n";
    let text =
        format!("{head}# of May\n{one}\n\n# of March\n{two}\n# of January\n{three}\n# the end\n");
    std::fs::write(&path, &text).unwrap();
    KeyFile::change(&path, |_| Ok(())).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);

    KeyFile::change(&path, KeyFile::rotate).unwrap();
    let rotated = std::fs::read_to_string(&path).unwrap();
    let new = rotated.lines().nth(3).unwrap();
    assert_eq!(
        rotated,
        text.replace("# of May", &format!("{new}\n# of May"))
    );

    let id = names(&path)[2].1.clone();
    KeyFile::change(&path, |file| file.remove(id.as_str())).unwrap();
    let removed = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        removed,
        rotated.replace(&format!("\n# of March\n{two}\n"), "")
    );

    KeyFile::change(&path, KeyFile::stage).unwrap();
    let staged = std::fs::read_to_string(&path).unwrap();
    let new = staged.lines().nth(4).unwrap();
    assert!(new.starts_with("staged "), "{staged}");
    assert_eq!(staged.replace(&format!("{new}\n"), ""), removed);
}

/// What was at the top without an empty line below is about the file: it is never lost.
#[test]
fn notes_at_the_top_stay_there() {
    let (_folder, path) = place();
    for _ in 0..6 {
        KeyFile::change(&path, KeyFile::rotate).unwrap();
    }
    let after = std::fs::read_to_string(&path).unwrap();
    assert!(after.starts_with(NOTE), "{after}");
}

#[test]
fn debug_of_a_key_file_shows_names_alone() {
    let (_folder, path) = place();
    let file = KeyFile::read(&path).unwrap();
    let shown = format!("{file:?}");
    assert!(shown.contains(names(&path)[0].1.as_str()), "{shown}");
    assert!(!shown.contains(file.active.text.expose_secret()), "{shown}");
}
