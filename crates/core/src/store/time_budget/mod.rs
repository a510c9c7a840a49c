//! The time that a request may spend waiting, for stores and for a hashing slot, in total.
//!
//! A store bounds a call; a request makes several. So a request has a time budget that every wait
//! uses up: reads may use the rest of it, and a change begins only while the rest is at least the
//! limit of a call. A change is thus never cut off earlier than by the store itself, and a
//! committed change is not reported as failed because earlier calls used the time. Optional calls
//! leave that much for the calls after them.
//!
//! Only waits count: a hash that is being computed and a body that arrives have limits of their
//! own. Outside of [`of_request`], in commands and in the background, there is no budget.

mod store;

use std::cell::Cell;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::{Error, Result};

pub use self::store::BudgetedStore;

/// The time budget of a request.
const REQUEST: Duration = Duration::from_secs(5);
/// The default limit of one call of a database.
pub const CALL: Duration = Duration::from_secs(3);
/// The rest that a change requires: a call, and a little for the steps before it.
const RESERVE: Duration = Duration::from_millis(3100);
const _: () =
    assert!(CALL.as_millis() < RESERVE.as_millis() && RESERVE.as_millis() < REQUEST.as_millis());

tokio::task_local! {
    static LEFT: Cell<Duration>;
}

/// Runs a request with a time budget.
pub async fn of_request<T>(request: impl Future<Output = T>) -> T {
    LEFT.scope(Cell::new(REQUEST), request).await
}

/// Waits for a call that changes nothing, or nothing that is reported.
pub(crate) async fn read<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    let given_up = || Err(late("the time budget of the request is used up"));
    used_up(left(), call).await.unwrap_or_else(given_up)
}

/// Waits for a call that changes something.
pub(super) async fn change<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    if left().is_some_and(|left| left < CALL) {
        return Err(late(
            "the rest of the request's time budget is too short to begin a change",
        ));
    }
    read(call).await
}

/// Waits for an optional call.
pub(crate) async fn optional<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    let rest = rest();
    let skipped = || Err(late("the request has no time left for an optional call"));
    if rest.is_some_and(|rest| rest.is_zero()) {
        return skipped();
    }
    used_up(rest, call).await.unwrap_or_else(skipped)
}

/// Waits for a turn, at most for `most`; `None` if it did not come.
pub(crate) async fn bounded<T>(most: Duration, wait: impl Future<Output = T>) -> Option<T> {
    match rest() {
        Some(rest) => used_up(Some(most.min(rest)), wait).await,
        None => timeout(most, wait).await.ok(),
    }
}

fn left() -> Option<Duration> {
    LEFT.try_with(Cell::get).ok()
}

fn rest() -> Option<Duration> {
    left().map(|left| left.saturating_sub(RESERVE))
}

/// Waits for `work`, at most for `limit`, and deducts the wait from the request's budget.
async fn used_up<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    let Some(limit) = limit else {
        return Some(work.await);
    };
    let began = Instant::now();
    let done = timeout(limit, work).await.ok();
    let use_up = |left: &Cell<Duration>| left.set(left.get().saturating_sub(began.elapsed()));
    // There is a limit, so there is a request.
    LEFT.try_with(use_up).unwrap_or_default();
    done
}

fn late(text: &'static str) -> Error {
    Error::unavailable(io::Error::new(ErrorKind::TimedOut, text))
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    async fn with<T>(left: Duration, work: impl Future<Output = T>) -> T {
        LEFT.scope(Cell::new(left), work).await
    }

    #[tokio::test]
    async fn waits_add_up_until_nothing_is_left() {
        let short = Duration::from_millis(40);
        with(short, async {
            let began = Instant::now();
            let never = || read(pending::<Result<()>>());
            let given_up = never().await;
            assert!(
                matches!(given_up, Err(Error::Unavailable(_))),
                "{given_up:?}"
            );
            assert!(began.elapsed() >= short);
            assert_eq!(left(), Some(Duration::ZERO));
            assert!(never().await.is_err());
            // A ready result needs no budget.
            assert_eq!(read(ready(Ok(7))).await.unwrap(), 7);
        })
        .await;
        of_request(async { assert_eq!(left(), Some(REQUEST)) }).await;
    }

    #[tokio::test]
    async fn a_change_begins_with_time_for_a_whole_call_or_not_at_all() {
        let was_begun = Cell::new(false);
        let begin = || async {
            was_begun.set(true);
            Ok(())
        };
        with(CALL.saturating_sub(Duration::from_nanos(1)), async {
            assert!(matches!(change(begin()).await, Err(Error::Unavailable(_))));
            assert!(!was_begun.get());
            read(begin()).await.unwrap();
        })
        .await;
        was_begun.set(false);
        with(CALL, change(begin())).await.unwrap();
        assert!(was_begun.take());
        // No request: no limit.
        change(begin()).await.unwrap();
        optional(begin()).await.unwrap();
    }

    #[tokio::test]
    async fn what_can_be_done_without_leaves_a_call_to_what_follows() {
        with(RESERVE, async {
            let panics = async { panic!("it is begun") };
            let skipped: Result<()> = optional(panics).await;
            assert!(matches!(skipped, Err(Error::Unavailable(_))), "{skipped:?}");
        })
        .await;
        with(RESERVE + Duration::from_millis(20), async {
            assert!(optional(pending::<Result<()>>()).await.is_err());
            assert!(bounded(REQUEST, pending::<()>()).await.is_none());
            change(ready(Ok(()))).await.unwrap();
        })
        .await;
    }
}
