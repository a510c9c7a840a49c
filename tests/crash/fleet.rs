//! The fleet of actors, and the hand that kills the server under them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use accounts_testkit::Backend;

use crate::actor::Actor;
use crate::server::Server;

/// Acknowledged changes in all.
const CHANGES: usize = 1_000;
const KILLS: usize = 10;
const ACTORS: usize = 6;
/// Nothing takes this long; a test that hangs says so.
const PATIENCE: Duration = Duration::from_mins(1);

/// A change that an actor makes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Register,
    Refresh,
    Change,
}

#[derive(Debug, Default)]
struct Counts {
    /// Acknowledged changes by kind.
    by_kind: [usize; 3],
    /// Requests that got no answer.
    lost: usize,
    /// How often the server was started again.
    life: u32,
    /// An actor found something that must not be.
    has_failed: bool,
}

impl Counts {
    fn all(&self) -> usize {
        self.by_kind.iter().sum()
    }
}

/// What was acknowledged so far, and which life the server is in.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: Mutex<Counts>,
    changed: Condvar,
    done: AtomicBool,
}

impl Tally {
    pub(crate) fn count(&self, kind: Kind) {
        self.counts.lock().unwrap().by_kind[kind as usize] += 1;
        self.changed.notify_all();
    }

    pub(crate) fn life(&self) -> u32 {
        self.counts.lock().unwrap().life
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::SeqCst)
    }

    /// Waits for a life after `life`, in which a request got no answer; whether it is time to
    /// stop.
    pub(crate) fn wait_after(&self, life: u32) -> bool {
        self.counts.lock().unwrap().lost += 1;
        self.wait_until(|counts| counts.life > life || self.is_done());
        self.is_done()
    }

    fn wait_until(&self, happened: impl Fn(&Counts) -> bool) {
        let counts = self.counts.lock().unwrap();
        let waiting = |counts: &mut Counts| !counts.has_failed && !happened(counts);
        let waited = self.changed.wait_timeout_while(counts, PATIENCE, waiting);
        let (counts, timeout) = waited.unwrap();
        assert!(!timeout.timed_out(), "nothing happens any more: {counts:?}");
        assert!(
            !counts.has_failed,
            "an actor failed; its reason stands above"
        );
    }

    fn end(&self) {
        self.done.store(true, Ordering::SeqCst);
        // Under the lock, or somebody who just looked would sleep through it.
        drop(self.counts.lock().unwrap());
        self.changed.notify_all();
    }
}

/// Tells the others when its actor panics.
struct Alarm(Arc<Tally>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if let (true, Ok(mut counts)) = (thread::panicking(), self.0.counts.lock()) {
            counts.has_failed = true;
            self.0.changed.notify_all();
        }
    }
}

pub(crate) fn run(backend: Backend) {
    let mut server = Server::start(backend);
    let tally = Arc::new(Tally::default());
    let actors: Vec<_> = (0..ACTORS)
        .map(|number| {
            let actor = Actor::new(number, server.base(), Arc::clone(&tally));
            let alarm = Alarm(Arc::clone(&tally));
            thread::spawn(move || {
                let worked = actor.work();
                drop(alarm);
                worked
            })
        })
        .collect();
    for kill in 1..=KILLS {
        let due = CHANGES * kill / KILLS;
        tally.wait_until(|counts| counts.all() >= due);
        server.kill();
        if kill == KILLS {
            tally.end();
        }
        server.start_again();
        tally.counts.lock().unwrap().life += 1;
        tally.changed.notify_all();
    }
    let actors: Vec<_> = actors.into_iter().map(join).collect();
    // It was killed in the middle, of all kinds of work.
    let counts = tally.counts.lock().unwrap();
    assert!(
        counts.by_kind.iter().all(|count| *count >= 90),
        "{counts:?}"
    );
    assert!(counts.lost >= KILLS, "{counts:?}");
    drop(counts);

    let checks: Vec<_> = actors
        .into_iter()
        .map(|actor| thread::spawn(move || actor.check()))
        .collect();
    checks.into_iter().for_each(join);
}

fn join<T>(thread: thread::JoinHandle<T>) -> T {
    match thread.join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
