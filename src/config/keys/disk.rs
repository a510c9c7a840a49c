//! The key file on the disk: private, and whole at every moment.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::KeyError;

pub(super) fn read(path: &Path) -> Result<SecretString, KeyError> {
    let read = || {
        // A named pipe would block whoever opens it, and with it a reload of a running service.
        if !fs::metadata(path)?.is_file() {
            let what = "it is not a regular file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        fs::read_to_string(path)
    };
    Ok(SecretString::from(read().map_err(failed(path))?))
}

/// Writes the file unless there is one. It is written under another name and linked into place,
/// so that of two processes that start at once both read one key. Whether this one wrote it.
pub(super) fn create(path: &Path, text: &SecretString) -> Result<bool, KeyError> {
    let link = || {
        fs::create_dir_all(folder_of(path))?;
        let draft = write_draft(path, text)?;
        let linked = match fs::hard_link(&draft, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            linked => linked.map(|()| true),
        };
        fs::remove_file(&draft)?;
        linked
    };
    link().map_err(failed(path))
}

/// A file that this process alone may replace; freed when it is dropped, however that comes.
pub(super) struct Place {
    path: PathBuf,
    /// Locked, and not the file itself, which is about to go.
    folder: File,
}

impl Place {
    pub(super) fn lock(path: &Path) -> Result<Self, KeyError> {
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

    /// Puts another file in its place: whoever reads sees the one or the other, also after a
    /// crash.
    pub(super) fn replace(&self, text: &SecretString) -> Result<(), KeyError> {
        let replace = || {
            let draft = write_draft(&self.path, text)?;
            let replaced =
                keep_owner(&self.path, &draft).and_then(|()| fs::rename(&draft, &self.path));
            if replaced.is_err() {
                fs::remove_file(&draft)?;
            }
            replaced?;
            self.folder.sync_all()
        };
        replace().map_err(failed(&self.path))
    }
}

/// Writes the text beside `path`, whole and on the disk; under which name.
fn write_draft(path: &Path, text: &SecretString) -> io::Result<PathBuf> {
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.sync_all()?;
    Ok(draft)
}

fn failed(path: &Path) -> impl Fn(io::Error) -> KeyError {
    let path = path.to_owned();
    move |source| KeyError::File {
        path: path.clone(),
        source,
    }
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Gives the draft to whom the file belongs, if an operator of another name writes it: the
/// service must be able to read it.
#[cfg(unix)]
fn keep_owner(path: &Path, draft: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (old, new) = (fs::metadata(path)?, fs::metadata(draft)?);
    if (old.uid(), old.gid()) == (new.uid(), new.gid()) {
        return Ok(());
    }
    chown(draft, Some(old.uid()), Some(old.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}
