//! File operations that the standard library does not have.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Checks that there is a file at `path`, or that one could be created with the missing folders.
/// Creates nothing.
///
/// # Errors
/// Why none could.
pub fn may_create(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    for folder in path.ancestors().skip(1) {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        match fs::metadata(folder) {
            Ok(found) if found.is_dir() => return may_write(folder),
            Ok(_) => return Err(ErrorKind::NotADirectory.into()),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::NotFound.into())
}

/// Opens a regular file, and fails for anything else. The open does not block on a named pipe, and
/// the check is made on the opened handle, so the path cannot change in between.
///
/// # Errors
/// [`ErrorKind::InvalidInput`] if it is not a regular file, besides the errors of opening.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        let flags = rustix::fs::OFlags::NONBLOCK.bits();
        options.custom_flags(flags.cast_signed());
    }
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        let what = "it is not a regular file";
        return Err(io::Error::new(ErrorKind::InvalidInput, what));
    }
    Ok(file)
}

/// Creates the file and its missing folders, for the owner alone: it will contain password hashes.
/// SQLite gives its auxiliary files the same mode.
pub fn create_private(path: &Path) -> io::Result<()> {
    may_create(path)?;
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        folder.mode(0o700);
        file.mode(0o600);
    }
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        folder.create(parent)?;
    }
    match file.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn may_write(folder: &Path) -> io::Result<()> {
    use rustix::fs::{Access, access};

    Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

#[cfg(not(unix))]
fn may_write(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_can_be_created_below_a_folder_alone() {
        let folder = tempfile::TempDir::new().unwrap();
        let below = |path: &str| may_create(&folder.path().join(path));
        fs::write(folder.path().join("file"), "").unwrap();
        below("one").unwrap();
        below("some/more/one").unwrap();
        let refused = below("file/one").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotADirectory);
        let refused = below("file/more/one").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotADirectory);
        may_create(Path::new("one")).unwrap();
        assert!(!folder.path().join("some").exists());
        // A file system on which no file can be created.
        #[cfg(target_os = "linux")]
        may_create(Path::new("/proc/1/one")).unwrap_err();
    }
}
