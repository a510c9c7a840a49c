//! Opens regular files in the front end's folder.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::File;

use rocket_accounts_token::files;

/// Opens a regular file that is in `folder` after symbolic links are resolved; `None` if there is
/// none.
pub(super) async fn open_within(folder: &Path, path: &Path) -> io::Result<Option<File>> {
    use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};

    let (folder, path) = (folder.to_owned(), path.to_owned());
    let opened = tokio::task::spawn_blocking(move || open(&folder, path)).await;
    match opened.map_err(io::Error::other)? {
        Ok(file) => Ok(Some(File::from_std(file))),
        Err(error) => match error.kind() {
            NotFound | NotADirectory | InvalidInput | InvalidFilename => Ok(None),
            _ => Err(error),
        },
    }
}

fn open(folder: &Path, path: PathBuf) -> io::Result<std::fs::File> {
    // Resolved each time: a deployment may replace the folder.
    let folder = folder.canonicalize()?;
    let path = path.canonicalize()?;
    if !path.starts_with(&folder) {
        return Err(io::ErrorKind::NotFound.into());
    }
    files::open_regular(&path)
}
