//! Reading signing keys from a source that may never return, such as a mount that hangs.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// The longest that a file of a hundred bytes takes; beyond it, the mount hangs.
const LIMIT: Duration = Duration::from_secs(5);

/// Reading was given up.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyReadError {
    /// Reading took too long.
    #[error(
        "the keys could not be read in time: check whether the key file is on a mount that hangs"
    )]
    NotRead,
    /// An earlier read is still in progress.
    #[error(
        "an earlier reading of the keys has not come to its end: is the key file on a mount that \
         hangs?"
    )]
    StillReading,
    /// No thread could be started.
    #[error("no thread could be started to read the keys")]
    NoThread(#[source] io::Error),
}

/// Reads on a thread of its own, one at a time.
#[derive(Debug)]
pub(super) struct KeyReader {
    limit: Duration,
    is_reading: Arc<AtomicBool>,
}

impl Default for KeyReader {
    fn default() -> Self {
        Self {
            limit: LIMIT,
            is_reading: Arc::default(),
        }
    }
}

/// A read in progress, until it is dropped, also by a panic.
struct Reading(Arc<AtomicBool>);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl KeyReader {
    /// Runs `read`, which may block. A result after the limit is discarded: the caller has reported
    /// a failure by then.
    ///
    /// The thread is not one of the runtime, which would wait for it when it shuts down.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, KeyReadError> {
        if self.is_reading.swap(true, Ordering::AcqRel) {
            return Err(KeyReadError::StillReading);
        }
        let reading = Reading(Arc::clone(&self.is_reading));
        let (sender, done) = oneshot::channel();
        let work = move || {
            let read = read();
            // First, so that the receiver of the result can read again.
            drop(reading);
            drop(sender.send(read));
        };
        let thread = thread::Builder::new().name("key-reader".into());
        thread.spawn(work).map_err(KeyReadError::NoThread)?;
        let in_time = timeout(self.limit, done).await.ok();
        in_time.and_then(Result::ok).ok_or(KeyReadError::NotRead)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_reading_that_hangs_is_given_up_and_no_second_one_is_begun() {
        let reader = KeyReader {
            limit: Duration::ZERO,
            is_reading: Arc::default(),
        };
        let (finish, finished) = mpsc::channel::<()>();
        let (end, ended) = mpsc::channel::<()>();
        let read = reader.read(move || {
            let end = end;
            finished.recv().unwrap();
            end
        });
        let given_up = read.await;
        assert!(
            matches!(given_up, Err(KeyReadError::NotRead)),
            "{given_up:?}"
        );
        let second = reader.read(|| panic!("a second thread")).await;
        let second: Result<(), _> = second;
        assert!(
            matches!(second, Err(KeyReadError::StillReading)),
            "{second:?}"
        );

        // Once it has ended, the next one is.
        finish.send(()).unwrap();
        ended.recv().unwrap_err();
        let reader = KeyReader {
            limit: LIMIT,
            is_reading: reader.is_reading,
        };
        assert_eq!(reader.read(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_reading_that_panics_is_over() {
        let reader = KeyReader::default();
        let broken: Result<(), _> = reader.read(|| panic!("on purpose")).await;
        assert!(matches!(broken, Err(KeyReadError::NotRead)), "{broken:?}");
        assert_eq!(reader.read(|| 7).await.unwrap(), 7);
    }
}
