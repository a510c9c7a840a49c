//! The columns of the table: how many tabs, and how bad the network is.

use std::ops::RangeInclusive;

use crate::rules::At;

/// The tabs, and the network.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) tabs: usize,
    /// Lost answers in a hundred.
    pub(crate) lost: u32,
    /// Wake-ups in a hundred in which every answer is lost.
    pub(crate) offline: u32,
    /// The longest time from the first tab that wakes up to the last.
    pub(crate) spread: At,
    /// The latency each way.
    pub(crate) latency: RangeInclusive<At>,
    /// Messages in a hundred that take up to [`STRAY`] instead.
    pub(crate) stray: u32,
    /// How long after a lost answer the tab tries again, if it does.
    pub(crate) again: Option<RangeInclusive<At>>,
    /// The time between two wake-ups, in which the access token expires.
    pub(crate) pause: RangeInclusive<At>,
}

pub(crate) const STRAY: At = 4_000;
const QUARTER: RangeInclusive<At> = 900_000..=900_000;

impl Setting {
    const fn fast(name: &'static str, tabs: usize, lost: u32) -> Self {
        Self {
            name,
            tabs,
            lost,
            offline: 0,
            spread: 300,
            latency: 20..=150,
            stray: 0,
            again: None,
            pause: QUARTER,
        }
    }

    const fn slow(name: &'static str, tabs: usize, lost: u32) -> Self {
        Self {
            spread: 500,
            latency: 20..=400,
            ..Self::fast(name, tabs, lost)
        }
    }

    /// Loses all answers of every fifth wake-up.
    fn offline(self) -> Self {
        Self {
            offline: 20,
            ..self
        }
    }

    /// Delays some messages by seconds, and retries lost ones at about the end of the grace.
    fn rough(self) -> Self {
        Self {
            stray: 3,
            again: Some(5_000..=15_000),
            ..self
        }
    }

    fn every(self, pause: RangeInclusive<At>) -> Self {
        Self { pause, ..self }
    }
}

/// Pauses about as long as the grace.
const EDGE: RangeInclusive<At> = 8_000..=13_000;

/// Returns the columns of the table.
pub(crate) fn settings() -> [Setting; 10] {
    [
        Setting::fast("3 tabs", 3, 0),
        Setting::fast("8 tabs", 8, 0),
        Setting::fast("2 tabs, 5 % lost", 2, 5),
        Setting::slow("5 tabs, 5 % lost, slow", 5, 5),
        Setting::fast("8 tabs, 5 % lost", 8, 5),
        Setting::slow("8 tabs, 5 % lost, slow, often offline", 8, 5).offline(),
        Setting::slow("5 tabs, 5 % lost, slow, every 8 to 13 s", 5, 5).every(EDGE),
        Setting::fast("8 tabs, 5 % lost, every 8 to 13 s", 8, 5).every(EDGE),
        Setting::fast("8 tabs, 5 % lost, rough", 8, 5).rough(),
        Setting::fast("8 tabs, 5 % lost, rough, every 8 to 13 s", 8, 5)
            .rough()
            .every(EDGE),
    ]
}

/// Returns the setting of one tab whose session will be stolen.
pub(crate) fn alone() -> Setting {
    Setting::fast("one tab, 5 % lost", 1, 5)
}
