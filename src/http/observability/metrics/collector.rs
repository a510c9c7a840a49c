//! Metrics that are read at each scrape.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::accounts::Accounts;
use crate::store::Database;
use rocket_accounts_core::auth::RefreshOutcome;

/// The number of live sessions when it was last counted; less than 0 before that.
#[derive(Debug, Clone)]
pub(in crate::http) struct LiveSessions(Arc<AtomicI64>);

impl Default for LiveSessions {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(-1)))
    }
}

impl LiveSessions {
    pub(super) fn set(&self, count: u64) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.0.store(count, Ordering::Relaxed);
    }

    fn get(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|count| *count >= 0)
    }
}

/// The sources of metrics that need no counter.
#[derive(Debug)]
pub(super) struct State {
    pub(super) accounts: Accounts,
    pub(super) database: Option<Database>,
    pub(super) live_sessions: LiveSessions,
}

/// Writes one metric without labels.
fn one(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    kind: MetricType,
    value: &impl EncodeMetric,
) -> fmt::Result {
    value.encode(encoder.encode_descriptor(name, help, None, kind)?)
}

impl State {
    fn hashing(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let load = self.accounts.hashing_load();
        let counters = [
            ("done", "Password hashes that were computed", load.done),
            (
                "refused",
                "Callers that were refused because the queue for hashes was full or the wait too long",
                load.refused,
            ),
        ];
        for (name, help, value) in counters {
            let name = format!("password_hashes_{name}");
            let value = ConstCounter::new(value);
            one(encoder, &name, help, MetricType::Counter, &value)?;
        }
        let seconds = ConstCounter::new(load.took.as_secs_f64());
        let help = "Total time of computing password hashes, without waits, in seconds";
        let name = "password_hash_seconds";
        one(encoder, name, help, MetricType::Counter, &seconds)?;
        for (name, help, value) in [
            (
                "slots",
                "Password hashes that can be computed at a time",
                load.slots,
            ),
            (
                "running",
                "Password hashes that are being computed",
                load.running,
            ),
            ("waiting", "Callers that wait for a hash", load.waiting),
        ] {
            let name = format!("password_hashes_{name}");
            let value = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            one(encoder, &name, help, MetricType::Gauge, &value)?;
        }
        Ok(())
    }

    fn pools(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let pools = self
            .database
            .as_ref()
            .map(Database::load)
            .unwrap_or_default();
        if pools.is_empty() {
            return Ok(());
        }
        let help = "Connections to the database, by pool and state";
        let mut family =
            encoder.encode_descriptor("store_connections", help, None, MetricType::Gauge)?;
        for pool in &pools {
            let used = pool.open.saturating_sub(pool.idle);
            for (state, count) in [("idle", pool.idle), ("used", used)] {
                let labels = [("pool", pool.name), ("state", state)];
                let count = ConstGauge::new(i64::from(count));
                count.encode(family.encode_family(&labels)?)?;
            }
        }
        let help = "Maximum number of connections to the database, by pool";
        let mut family =
            encoder.encode_descriptor("store_connections_max", help, None, MetricType::Gauge)?;
        for pool in &pools {
            let labels = [("pool", pool.name)];
            let most = ConstGauge::new(i64::from(pool.most));
            most.encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn refreshes(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Refresh tokens that were presented, by outcome";
        let mut family = encoder.encode_descriptor("refreshes", help, None, MetricType::Counter)?;
        for outcome in RefreshOutcome::ALL {
            let labels = [("outcome", outcome.as_str())];
            let count = ConstCounter::new(self.accounts.refreshes().of(outcome));
            count.encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }

    /// Writes the public names of the keys: replicas that differ end each other's sessions.
    fn keys(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let ring = self.accounts.key_ids();
        let help = "Signing keys of this process, by public name and role";
        let mut family = encoder.encode_descriptor("key", help, None, MetricType::Info)?;
        let mut role = "active";
        let mut named = Vec::new();
        for kid in std::iter::once(&ring.active).chain(&ring.others) {
            // A key that is in the ring twice is one series.
            if !named.contains(&kid) {
                family.encode_info(&[("kid", kid.as_str()), ("role", role)])?;
                named.push(kid);
            }
            role = "verify_only";
        }
        Ok(())
    }
}

impl Collector for State {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.hashing(&mut encoder)?;
        self.pools(&mut encoder)?;
        self.refreshes(&mut encoder)?;
        self.keys(&mut encoder)?;
        if let Some(count) = self.live_sessions.get() {
            let help = "Sessions that are neither revoked nor expired, counted every minute";
            let count = ConstGauge::new(count);
            let name = "sessions_live";
            one(&mut encoder, name, help, MetricType::Gauge, &count)?;
        }
        Ok(())
    }
}
