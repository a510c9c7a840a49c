//! A key file that changes is for the same user, group and others as before.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use accounts_testkit::{Backend, Case, TestService, cases, is_root};

use super::service_with_key_file;

/// A user and a group that are not root's.
const OTHER: u32 = 65534;
const LIST: &str = "system.posix_acl_access";

pub(crate) fn cases() -> Vec<Case> {
    let of_root = cases![
        owner_group_and_mode_are_kept,
        what_cannot_be_kept_is_refused
    ];
    let of_root = of_root
        .into_iter()
        .map(|case| case.needs("root", is_root()));
    let others = [
        Case::new(
            "the_access_control_list_is_kept",
            the_access_control_list_is_kept,
        )
        .needs("access control lists", has_lists()),
        Case::new(
            "a_disk_that_is_full_changes_nothing",
            a_disk_that_is_full_changes_nothing,
        ),
    ];
    of_root.chain(others).collect()
}

const CHANGES: [&[&str]; 3] = [
    &["key", "rotate"],
    &["key", "rotate", "--stage"],
    &["key", "promote"],
];

fn ring(fixture: &TestService) -> PathBuf {
    fixture.path().join("ring")
}

fn owner_group_and_mode_are_kept() {
    let fixture = service_with_key_file(Backend::Memory);
    let ring = ring(&fixture);
    for (owner, group, mode) in [(0, OTHER, 0o640), (OTHER, OTHER, 0o400), (OTHER, 0, 0o440)] {
        chown(&ring, Some(owner), Some(group)).unwrap();
        fs::set_permissions(&ring, Permissions::from_mode(mode)).unwrap();
        for change in CHANGES {
            fixture.run(change).expect(0);
            let now = fs::metadata(&ring).unwrap();
            assert_eq!(
                (now.uid(), now.gid(), now.mode() & 0o7777),
                (owner, group, mode)
            );
        }
    }
}

fn what_cannot_be_kept_is_refused() {
    let fixture = service_with_key_file(Backend::Memory).run_by(OTHER);
    let ring = ring(&fixture);
    let before = fs::read(&ring).unwrap();
    // Another owner; and a group that the owner is not in.
    for (owner, group) in [(0, OTHER), (OTHER, 0)] {
        chown(&ring, Some(owner), Some(group)).unwrap();
        fs::set_permissions(&ring, Permissions::from_mode(0o640)).unwrap();
        let refused = fixture.run(&["key", "rotate"]);
        refused.expect(1).says(&format!(
            "belongs to user {owner} and group {group}, mode 0640"
        ));
        refused.says("Nothing was changed");
        assert_eq!(fs::read(&ring).unwrap(), before);
        assert_eq!(files(fixture.path()), ["ring"]);
    }
    chown(&ring, Some(OTHER), Some(OTHER)).unwrap();
    fixture.run(&["key", "rotate"]).expect(0);
}

fn the_access_control_list_is_kept() {
    let fixture = service_with_key_file(Backend::Memory);
    let ring = ring(&fixture);
    let before = give_list(&ring).unwrap();
    fixture.run(&["key", "rotate"]).expect(0);
    let mut now = [0; 100];
    let length = rustix::fs::getxattr(&ring, LIST, &mut now[..]).unwrap();
    assert_eq!(now[..length], before);
    assert_eq!(fs::metadata(&ring).unwrap().mode() & 0o777, 0o640);
}

/// No byte can be written, as on a full disk.
fn a_disk_that_is_full_changes_nothing() {
    let fixture = service_with_key_file(Backend::Memory);
    let before = fs::read(ring(&fixture)).unwrap();
    for change in [&CHANGES[0], &CHANGES[1]] {
        let limited = fixture.command(change);
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
        let mut shell = Command::new("sh");
        shell
            .args(["-c", script])
            .arg(limited.get_program())
            .args(limited.get_args());
        let variables = limited
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        let shell = shell
            .env_clear()
            .envs(variables)
            .current_dir(fixture.path());
        let output = shell.output().unwrap();
        let reported = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{reported}");
        assert!(
            reported.contains("the key file") && reported.contains("cannot be used"),
            "{reported}"
        );
        assert_eq!(fs::read(ring(&fixture)).unwrap(), before);
        assert_eq!(files(fixture.path()), ["ring"]);
    }
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect()
}

/// Lets one user read the file who is neither its owner nor of its group; see `acl(5)`.
fn give_list(file: &Path) -> Result<Vec<u8>, rustix::io::Errno> {
    let entry = |tag: u16, may: u16, who: u32| {
        let words = [tag.to_le_bytes(), may.to_le_bytes()].concat();
        [words, who.to_le_bytes().to_vec()].concat()
    };
    let none = u32::MAX;
    let list = [
        2_u32.to_le_bytes().to_vec(),
        entry(0x01, 6, none),
        entry(0x02, 4, OTHER),
        entry(0x04, 0, none),
        entry(0x10, 4, none),
        entry(0x20, 0, none),
    ];
    let list = list.concat();
    rustix::fs::setxattr(file, LIST, &list, rustix::fs::XattrFlags::empty())?;
    Ok(list)
}

fn has_lists() -> bool {
    let file = tempfile::NamedTempFile::new().unwrap();
    give_list(file.path()).is_ok()
}
