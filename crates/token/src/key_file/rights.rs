//! Permissions of the key file: its replacement gets the same.

use std::fs::File;
use std::io;
use std::path::Path;

use super::KeyFileError;

/// Gives `new` the owner, group, mode and access control list of the file at `path`: the service
/// must be able to read what another user wrote.
#[cfg(unix)]
pub(super) fn keep(path: &Path, new: &File) -> Result<(), KeyFileError> {
    use std::os::unix::fs::MetadataExt;

    let file = |source| KeyFileError::File {
        path: path.to_owned(),
        source,
    };
    let old = File::open(path).map_err(file)?;
    let rights = old.metadata().map_err(file)?;
    hand_over(&old, &rights, new).map_err(|source| KeyFileError::Rights {
        path: path.to_owned(),
        owner: rights.uid(),
        group: rights.gid(),
        mode: rights.mode() & 0o7777,
        source,
    })
}

#[cfg(unix)]
fn hand_over(old: &File, rights: &std::fs::Metadata, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let own = new.metadata()?;
    let owner = Some(rights.uid()).filter(|owner| *owner != own.uid());
    let group = Some(rights.gid()).filter(|group| *group != own.gid());
    if owner.is_some() || group.is_some() {
        fchown(new, owner, group)?;
    }
    copy_list(old, new)?;
    // Last: a change of owner or list changes the mode, too.
    new.set_permissions(rights.permissions())
}

/// Copies the access control list, if there is one; a folder may give new files another.
#[cfg(target_os = "linux")]
fn copy_list(old: &File, new: &File) -> io::Result<()> {
    use rustix::fs::{XattrFlags, fremovexattr, fsetxattr};

    match (list(old)?, list(new)?) {
        (Some(list), _) => fsetxattr(new, LIST, &list, XattrFlags::empty())?,
        (None, Some(_)) => fremovexattr(new, LIST)?,
        (None, None) => {}
    }
    Ok(())
}

#[cfg(target_os = "linux")]
const LIST: &str = "system.posix_acl_access";

#[cfg(target_os = "linux")]
fn list(file: &File) -> io::Result<Option<Vec<u8>>> {
    use rustix::io::Errno;

    // The limit of the kernel.
    let mut list = vec![0; 65536];
    match rustix::fs::fgetxattr(file, LIST, &mut list[..]) {
        Ok(length) => {
            list.truncate(length);
            Ok(Some(list))
        }
        Err(Errno::NODATA | Errno::NOTSUP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn copy_list(_: &File, _: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn keep(_: &Path, _: &File) -> Result<(), KeyFileError> {
    Ok(())
}
