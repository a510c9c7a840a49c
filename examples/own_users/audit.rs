//! An audit trail: the events of an account, for its owner.
//!
//! One thread owns the trail and receives orders from a channel, so there is no lock, and it may
//! write to disk. Queries go through the same channel, after all events that were recorded before.

use std::collections::{HashMap, VecDeque};
use std::thread;

use rocket_accounts::auth::{EventSink, SecurityEvent};
use rocket_accounts::domain::user::UserId;
use tokio::sync::{mpsc, oneshot};

/// How many events of one user are kept.
const MOST: usize = 100;

enum Order {
    Note(SecurityEvent),
    Tell(UserId, oneshot::Sender<VecDeque<SecurityEvent>>),
}

/// A handle on the trail. The thread ends with the last clone.
#[derive(Debug, Clone)]
pub(crate) struct Audit(mpsc::Sender<Order>);

impl Audit {
    pub(crate) fn start() -> Self {
        let (sender, orders) = mpsc::channel(1_000);
        thread::spawn(move || keep(orders));
        Self(sender)
    }

    /// Returns the newest events of a user, oldest first; `None` if the thread has ended.
    pub(crate) async fn of(&self, user: UserId) -> Option<VecDeque<SecurityEvent>> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Order::Tell(user, answer)).await.ok()?;
        answered.await.ok()
    }
}

impl EventSink for Audit {
    // Runs on the thread of the request, which must not block: if the channel is full, the trail
    // lacks the event. The log of `rocket-accounts` has every event in any case.
    fn record(&self, event: &SecurityEvent) {
        if self.0.try_send(Order::Note(event.clone())).is_err() {
            tracing::error!(event = event.kind.name(), "the audit trail lacks an event");
        }
    }
}

fn keep(mut orders: mpsc::Receiver<Order>) {
    let mut trail: HashMap<UserId, VecDeque<SecurityEvent>> = HashMap::new();
    while let Some(order) = orders.blocking_recv() {
        match order {
            Order::Note(event) => {
                // An attempt at an unknown name belongs to no user's trail.
                let Some(user) = event.user_id else { continue };
                let events = trail.entry(user).or_default();
                events.push_back(event);
                if events.len() > MOST {
                    events.pop_front();
                }
            }
            Order::Tell(user, answer) => {
                let events = trail.get(&user).cloned().unwrap_or_default();
                if answer.send(events).is_err() {
                    tracing::debug!("the request for the audit trail was cancelled");
                }
            }
        }
    }
}
