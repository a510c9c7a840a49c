//! Settings `frontend` and `frontend_csp`: the built front end that is served at `/`.

use std::path::PathBuf;

use crate::config::reader::Reader;

/// A built front end, in a folder that existed at the start.
#[derive(Debug, Clone)]
pub struct FrontendSettings {
    /// The folder, which has an `index.html`.
    pub folder: PathBuf,
    /// `Content-Security-Policy` of its files, in place of the built-in one.
    pub csp: Option<String>,
}

impl FrontendSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let folder = reader.optional_string("frontend", None).map(PathBuf::from);
        let csp = reader.optional_string("frontend_csp", None);
        let folder = match (folder, &csp) {
            (Some(folder), _) => folder,
            (None, Some(_)) => {
                reader.problem(
                    "frontend_csp",
                    "is set, but accounts.frontend is not",
                    "remove it, or set accounts.frontend to the folder of the built front end",
                );
                return None;
            }
            (None, None) => return None,
        };
        if !folder.join("index.html").is_file() {
            reader.problem(
                "frontend",
                "is not a folder with an index.html",
                "set it to the folder that the front end is built into, like \"dist\"; a path \
                 that does not start at / is taken from where the service is started",
            );
        }
        let is_header = |text: &String| text.bytes().all(|b| (b' '..=b'~').contains(&b));
        if !csp.as_ref().is_none_or(is_header) {
            reader.problem(
                "frontend_csp",
                "has characters that a header cannot have",
                "write directives on one line, like \"default-src 'self'\"",
            );
        }
        Some(Self { folder, csp })
    }
}
