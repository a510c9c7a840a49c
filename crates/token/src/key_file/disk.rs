//! The key file on disk: private, and replaced atomically.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::{KeyFileError, rights};
use crate::files;

pub(super) fn read(path: &Path) -> Result<SecretString, KeyFileError> {
    let read = || {
        // A named pipe would block a reload of a running service.
        io::read_to_string(files::open_regular(path)?)
    };
    Ok(SecretString::from(read().map_err(failed(path))?))
}

/// Writes the file unless there is one; returns whether this process wrote it. It is written under
/// another name and linked into place, so that two processes that start at once read the same key.
pub(super) fn create(path: &Path, text: &SecretString) -> Result<bool, KeyFileError> {
    let link = || {
        files::may_create(path)?;
        fs::create_dir_all(folder_of(path))?;
        let mut draft = Draft::beside(path)?;
        draft.write(text)?;
        match fs::hard_link(&draft.path, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            linked => linked.map(|()| true),
        }
    };
    link().map_err(failed(path))
}

/// Checks that a key file could be created at `path`. Creates nothing.
///
/// # Errors
/// Why it could not.
pub fn may_create(path: &Path) -> Result<(), KeyFileError> {
    files::may_create(path).map_err(failed(path))
}

/// The exclusive right to replace a file, until it is dropped.
pub(super) struct LockedFile {
    path: PathBuf,
    /// The lock is on the folder, because the file itself is replaced.
    folder: File,
}

impl LockedFile {
    pub(super) fn lock(path: &Path) -> Result<Self, KeyFileError> {
        let lock = || {
            // A symbolic link to the file is kept.
            let path = fs::canonicalize(path)?;
            let folder = File::open(folder_of(&path))?;
            folder.lock()?;
            Ok(Self { path, folder })
        };
        lock().map_err(failed(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the file by another with the same owner, group and mode: readers see either the old
    /// or the new one, also after a crash.
    pub(super) fn replace(&self, text: &SecretString) -> Result<(), KeyFileError> {
        let failed = failed(&self.path);
        let mut draft = Draft::beside(&self.path).map_err(&failed)?;
        // While the new file is still empty.
        rights::keep(&self.path, &draft.file)?;
        let mut replace = || {
            draft.write(text)?;
            fs::rename(&draft.path, &self.path)?;
            self.folder.sync_all()
        };
        replace().map_err(failed)
    }
}

/// A file that is to replace another; deleted when it is dropped, unless it has.
struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    /// Creates an empty file, readable by its owner alone.
    fn beside(path: &Path) -> io::Result<Self> {
        let path = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = match options.open(&path) {
            // Left by a killed process with the same identifier.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&path)?;
                options.open(&path)?
            }
            opened => opened?,
        };
        Ok(Self { path, file })
    }

    /// Writes the contents and syncs them to disk.
    fn write(&mut self, text: &SecretString) -> io::Result<()> {
        self.file.write_all(text.expose_secret().as_bytes())?;
        self.file.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a replacement there is no draft.
        drop(fs::remove_file(&self.path));
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> KeyFileError {
    let path = path.to_owned();
    move |source| KeyFileError::File {
        path: path.clone(),
        source,
    }
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}
