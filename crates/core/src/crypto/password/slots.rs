//! Limits how many hashes are computed at a time and how many callers wait.

use std::fmt;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::Error;
use super::load::{Done, HashingLoad};
use crate::store::time_budget::bounded;

/// A few slots for work that blocks, and a short queue before them.
pub(super) struct Slots {
    free: Arc<Semaphore>,
    queue: Semaphore,
    wait: Duration,
    most: [usize; 2],
    refused: AtomicU64,
    done: Arc<Done>,
}

impl Slots {
    /// Creates `slots` slots, as many as cores if 0.
    pub(super) fn new(slots: usize, queue: usize, wait: Duration) -> Self {
        let slots = NonZero::new(slots).or_else(|| available_parallelism().ok());
        let slots = slots.map_or(1, NonZero::get);
        let most = [slots, queue].map(|count| count.min(Semaphore::MAX_PERMITS));
        Self {
            free: Arc::new(Semaphore::new(most[0])),
            queue: Semaphore::new(most[1]),
            wait,
            most,
            refused: AtomicU64::new(0),
            done: Arc::default(),
        }
    }

    /// Runs `work` in a slot.
    ///
    /// The slot belongs to the work and not to the caller: otherwise a client that sends logins and
    /// hangs up could have any number of hashes computed at once.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T, Error>
    where
        W: FnOnce() -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let slot = self.take().await.inspect_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
        })?;
        let totals = Arc::clone(&self.done);
        let task = spawn_blocking(move || {
            let began = Instant::now();
            let done = work();
            drop(slot);
            totals.add(began.elapsed());
            done
        });
        task.await.map_err(Error::failed)?
    }

    /// Returns the current load.
    pub(super) fn load(&self) -> HashingLoad {
        let [slots, places] = self.most;
        HashingLoad {
            slots,
            running: slots.saturating_sub(self.free.available_permits()),
            waiting: places.saturating_sub(self.queue.available_permits()),
            refused: self.refused.load(Ordering::Relaxed),
            done: self.done.count(),
            took: self.done.took(),
        }
    }

    async fn take(&self) -> Result<OwnedSemaphorePermit, Error> {
        // Does not jump the queue: a slot that becomes free while others wait is given to them.
        if let Ok(slot) = Arc::clone(&self.free).try_acquire_owned() {
            return Ok(slot);
        }
        let _place = self.queue.try_acquire().map_err(|_full| Error::Busy)?;
        let slot = bounded(self.wait, Arc::clone(&self.free).acquire_owned()).await;
        slot.ok_or(Error::Busy)?.map_err(Error::failed)
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slots")
            .field("load", &self.load())
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::sync::mpsc;
    use std::task::{Context, Waker};

    use super::*;
    use crate::crypto::password::memory::Memory;
    use crate::crypto::password::tests::run;
    use crate::store::time_budget::of_request;

    /// Lets `future` go as far as it gets, which is not its end.
    fn start<F: Future>(mut future: Pin<&mut F>) {
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
    }

    #[test]
    fn a_caller_that_hangs_up_frees_its_place_but_not_the_slot() {
        run(async {
            let slots = Slots::new(1, 1, Duration::from_mins(1));
            let (finish, finished) = mpsc::channel::<()>();
            // Rocket drops the future when the client hangs up.
            start(pin!(
                slots.run(move || finished.recv().map_err(Error::failed))
            ));
            start(pin!(slots.run(|| Ok(2))));

            let mut third = pin!(slots.run(|| Ok(3)));
            start(third.as_mut());
            let fourth = slots.run(|| Ok(4)).await;
            assert!(matches!(fourth, Err(Error::Busy)), "{fourth:?}");

            finish.send(()).unwrap();
            assert_eq!(third.await.unwrap(), 3);
        });
    }

    #[test]
    fn a_caller_waits_no_longer_than_it_may() {
        run(async {
            let slots = Slots::new(1, 1, Duration::ZERO);
            let (_finish, finished) = mpsc::channel::<()>();
            start(pin!(
                slots.run(move || finished.recv().map_err(Error::failed))
            ));
            let second = slots.run(|| Ok(())).await;
            assert!(matches!(second, Err(Error::Busy)), "{second:?}");
            let HashingLoad {
                slots,
                running,
                waiting,
                refused,
                done,
                ..
            } = slots.load();
            assert_eq!((slots, running, waiting, refused, done), (1, 1, 0, 1, 0));
        });
    }

    /// Three seconds of a request are kept for its store.
    #[test]
    fn a_caller_waits_no_longer_than_its_request_may() {
        run(async {
            let slots = Slots::new(1, 1, Duration::from_mins(1));
            let (_finish, finished) = mpsc::channel::<()>();
            start(pin!(
                slots.run(move || finished.recv().map_err(Error::failed))
            ));
            let began = Instant::now();
            let second = of_request(slots.run(|| Ok(()))).await;
            assert!(matches!(second, Err(Error::Busy)), "{second:?}");
            let waited = began.elapsed();
            let expected = Duration::from_millis(1900)..Duration::from_secs(5);
            assert!(expected.contains(&waited), "{waited:?}");
        });
    }

    #[test]
    fn work_that_panics_gives_its_slot_back() {
        run(async {
            let slots = Slots::new(1, 0, Duration::ZERO);
            let memory = Arc::new(Memory::new(8));
            let lent = Arc::clone(&memory);
            let broken = slots.run(move || lent.lend(8, |_| panic!("on purpose")));
            let broken: Result<(), _> = broken.await;
            assert!(matches!(broken, Err(Error::Failed(_))), "{broken:?}");
            let lent = Arc::clone(&memory);
            assert_eq!(slots.run(move || lent.lend(8, |_| 2)).await.unwrap(), 2);
        });
    }
}
