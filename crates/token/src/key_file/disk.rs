//! The key file on the disk: private, and whole at every moment.

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

/// Writes the file unless there is one. It is written under another name and linked into place,
/// so that of two processes that start at once both read one key. Whether this one wrote it.
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

/// A file that this process alone may replace; freed when it is dropped, however that comes.
pub(super) struct Place {
    path: PathBuf,
    /// Locked, and not the file itself, which is about to go.
    folder: File,
}

impl Place {
    pub(super) fn lock(path: &Path) -> Result<Self, KeyFileError> {
        let lock = || {
            // A link to the file stays one.
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

    /// Puts another file in its place, for the same owner, group and others: whoever reads sees the
    /// one or the other, also after a crash.
    pub(super) fn replace(&self, text: &SecretString) -> Result<(), KeyFileError> {
        let failed = failed(&self.path);
        let mut draft = Draft::beside(&self.path).map_err(&failed)?;
        // While it is still empty.
        rights::keep(&self.path, &draft.file)?;
        let mut replace = || {
            draft.write(text)?;
            fs::rename(&draft.path, &self.path)?;
            self.folder.sync_all()
        };
        replace().map_err(failed)
    }
}

/// A file that is to take the place of another; gone with its value, unless it has.
struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    /// An empty one, for its owner alone.
    fn beside(path: &Path) -> io::Result<Self> {
        let path = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = match options.open(&path) {
            // Of a process of this number that was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&path)?;
                options.open(&path)?
            }
            opened => opened?,
        };
        Ok(Self { path, file })
    }

    /// Writes all of it, to the disk.
    fn write(&mut self, text: &SecretString) -> io::Result<()> {
        self.file.write_all(text.expose_secret().as_bytes())?;
        self.file.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // There is none where it has taken its place.
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
