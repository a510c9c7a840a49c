//! How many cases run at the same time.

use std::sync::{Condvar, Mutex};

/// What a case takes of the machine while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// It computes: one for each core.
    Computing,
    /// It waits most of the time, for timeouts, faults and other processes: two for each core.
    Waiting,
    /// It measures time: nothing else runs meanwhile.
    Alone,
}

/// The slots that the running cases share. They are given out in order of arrival, so that a case
/// that needs everything is not overtaken for ever.
pub(super) struct Slots {
    count: usize,
    computing: usize,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    free: usize,
    next_ticket: u64,
    serving: u64,
}

/// The slots of a case, free again when it ends, however it ends.
pub(super) struct Taken<'s> {
    slots: &'s Slots,
    count: usize,
}

impl Slots {
    /// So many slots, of which a case that computes takes `computing`.
    pub(super) fn new(count: usize, computing: usize) -> Self {
        Self {
            count,
            computing,
            state: Mutex::new(State {
                free: count,
                next_ticket: 0,
                serving: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits for its turn, and for as many slots as the load takes.
    pub(super) fn take(&self, load: Load) -> Taken<'_> {
        let count = match load {
            Load::Computing => self.computing,
            Load::Waiting => 1,
            Load::Alone => self.count,
        };
        let mut state = self.state.lock().unwrap();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        let is_later = |state: &mut State| state.serving != ticket || state.free < count;
        let mut state = self.changed.wait_while(state, is_later).unwrap();
        state.free -= count;
        state.serving += 1;
        drop(state);
        self.changed.notify_all();
        Taken { slots: self, count }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.slots.state.lock().unwrap().free += self.count;
        self.slots.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// The most cases of `load` that ran at once, of twenty.
    fn most_at_once(slots: &Slots, load: Load) -> usize {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| {
                    let _taken = slots.take(load);
                    let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    std::thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        most.into_inner()
    }

    #[test]
    fn no_more_run_at_once_than_there_are_slots_for() {
        let slots = Slots::new(4, 2);
        assert!(most_at_once(&slots, Load::Waiting) <= 4);
        assert!(most_at_once(&slots, Load::Computing) <= 2);
        assert_eq!(most_at_once(&slots, Load::Alone), 1);
        assert_eq!(slots.state.into_inner().unwrap().free, 4);
    }

    #[test]
    fn a_case_that_fails_gives_its_slots_back() {
        let slots = Slots::new(1, 1);
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _taken = slots.take(Load::Alone);
            panic!("as a case fails");
        }));
        assert!(failed.is_err());
        drop(slots.take(Load::Alone));
    }
}
