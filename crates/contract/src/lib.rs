//! What every store must do, one clause a function.
//!
//! For implementers of stores, such as a host application with its own users. Add this crate to the
//! dev-dependencies and run every clause on an empty store, inside a Tokio runtime with several
//! threads, so that the races are races:
//!
//! ```
//! use std::sync::Arc;
//! use rocket_accounts_contract;
//! use rocket_accounts_core::store::memory::MemoryStore;
//!
//! let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
//! for clause in rocket_accounts_contract::clauses() {
//!     println!("{clause}");
//!     // Each clause wants a store of its own.
//!     let store = Arc::new(MemoryStore::default());
//!     runtime.block_on(clause.run(store));
//! }
//! ```
//!
//! A clause panics when it is broken, and the message says how. A harness that makes a named test
//! of each is `tests/store/main.rs` of this repository. A store of one kind only is combined with
//! the in-memory one through [`SplitStore`](rocket_accounts_core::store::SplitStore).
//!
//! To add a clause: a function in the file of its topic and its name in the table below. A test
//! fails on a function that is missing in the table.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a clause is a test: it panics when it is broken"
)]

use std::sync::Arc;

pub use self::account::{passwords, users};
pub use self::clause::Clause;
pub use self::refreshing::{login_races, races, refresh, rotation};
pub use self::session::{admission, opening, purge, remembered, revocation, sessions};
use rocket_accounts_core::store::{AccountStore, RingStore, ThrottleStore};

mod account;
mod clause;
mod fixture;
mod refreshing;
pub mod ring;
mod session;
pub mod throttle;

/// The store under test.
pub type Store = Arc<dyn AccountStore>;

/// The counter of failures under test.
pub type Throttle = Arc<dyn ThrottleStore>;

/// The record of the key ring under test.
pub type Ring = Arc<dyn RingStore>;

macro_rules! table {
    ($(#[$doc:meta])* $list:ident: $store:ty; $($topic:ident { $($name:ident),+ $(,)? })+) => {
        $(#[$doc])*
        #[must_use]
        pub fn $list() -> Vec<Clause<$store>> {
            vec![$($(Clause {
                topic: stringify!($topic),
                name: stringify!($name),
                run: |store| Box::pin($topic::$name(store)),
            }),+),+]
        }
    };
}

table! {
    /// Every clause for an [`AccountStore`].
    clauses: Store;
    users {
        a_new_user_is_found_as_it_was_inserted,
        a_user_may_have_no_password_and_be_inactive,
        a_taken_username_is_refused_in_any_letter_case,
        a_taken_identifier_is_refused,
        who_is_not_there_is_none_or_false,
        names_and_usernames_come_back_as_they_were,
        only_the_names_that_are_given_are_set,
        pages_of_users_follow_the_keys,
        a_deleted_user_is_gone_and_the_name_free,
        a_deleted_account_takes_its_sessions_along,
        disabling_starts_an_epoch_and_enabling_does_not,
        a_disabled_user_has_no_sessions_even_after_enabling,
    }
    passwords {
        a_hash_is_upgraded_only_from_the_old_one,
        a_new_password_starts_an_epoch,
        a_password_is_set_only_in_the_expected_epoch,
        a_change_in_another_epoch_changes_nothing,
        a_change_leaves_only_the_successor,
        a_change_without_successor_ends_all,
        an_ended_session_changes_no_password,
        a_successor_with_a_taken_identifier_is_refused,
    }
    sessions {
        a_session_comes_back_as_it_was,
        a_session_that_is_over_is_still_found,
        a_session_is_found_with_its_user,
        times_keep_their_microseconds,
        ends_are_compared_to_the_microsecond,
        live_sessions_are_listed_newest_first,
        all_kept_sessions_are_listed,
        live_sessions_are_counted_if_at_all,
        a_proof_of_the_password_is_noted,
        all_sessions_of_a_user_are_removed,
    }
    admission {
        a_taken_session_identifier_is_refused,
        a_refused_session_ends_nothing,
        the_replaced_session_is_superseded,
        the_oldest_used_give_way_to_the_cap,
        only_live_sessions_of_the_user_count,
        the_replaced_session_makes_room,
        the_replaced_session_may_be_of_another_user,
    }
    opening {
        a_session_is_opened_for_its_user,
        a_session_of_past_credentials_is_not_opened,
        a_user_comes_with_a_session_or_not_at_all,
    }
    revocation {
        a_session_is_revoked_once,
        every_reason_comes_back,
        all_but_one_session_of_a_user_are_revoked,
        what_is_revoked_stays_as_it_is,
    }
    purge {
        what_ended_before_is_removed,
        the_limit_is_kept,
    }
    rotation {
        a_rotation_applies_to_its_generation_only,
        the_newest_generation_is_confirmed_once,
        the_newest_generation_is_handed_out_again_until_it_is_seen,
    }
    refresh {
        the_newest_token_is_rotated,
        the_newest_token_is_kept_in_the_grace,
        keeping_a_token_is_its_first_sight_and_not_again,
        a_spent_token_is_repeated_in_the_grace,
        the_grace_counts_from_the_first_sight_and_is_not_moved,
        a_spent_token_is_repeated_until_its_successor_is_seen,
        what_was_lost_is_handed_out_again_and_then_kept,
        a_spent_token_ends_the_session_afterwards,
        an_older_token_ends_the_session_at_once,
        a_token_from_the_future_ends_the_session,
        a_session_that_is_over_is_not_refreshed,
    }
    remembered {
        a_session_stays_as_remembered_as_it_was_opened,
        each_kind_of_session_has_an_idle_end_of_its_own,
        a_longer_end_of_an_older_version_goes_with_a_refresh,
    }
    login_races {
        one_of_many_sets_the_password,
        one_of_many_changes_the_password,
        a_login_does_not_outlive_a_password_change,
        a_login_does_not_outlive_a_disabling,
        a_login_leaves_nothing_of_a_deleted_account,
        the_cap_holds_for_logins_at_once,
    }
    races {
        one_of_many_gets_the_username,
        one_of_many_rotates,
        one_of_many_refreshes_and_all_get_its_successor,
        tokens_of_two_generations_at_once_end_nothing,
        one_of_many_hands_out_again_and_all_get_the_successor,
        one_of_many_reports_reuse_first,
        one_of_many_revokes,
        one_of_many_confirms,
        one_of_many_upgrades_the_hash,
        a_rotation_does_not_outlive_a_revocation,
        purges_at_once_remove_each_session_once,
    }
}

table! {
    /// Every clause for a [`ThrottleStore`].
    throttle_clauses: Throttle;
    throttle {
        the_first_guesses_need_no_wait,
        the_wait_doubles_with_each_failure,
        the_wait_has_an_upper_bound,
        a_clock_that_was_ahead_shuts_nobody_out,
        what_is_forgotten_starts_anew,
        each_key_counts_for_itself,
        keys_without_a_guess_since_are_purged,
        guesses_at_once_are_all_counted,
    }
}

table! {
    /// Every clause for a [`RingStore`].
    ring_clauses: Ring;
    ring {
        nothing_is_recorded_at_first,
        what_was_recorded_is_found,
        a_record_is_replaced_only_as_it_was_seen,
        one_of_many_records_the_first_ring,
        one_of_many_replaces_a_ring,
    }
}

#[cfg(test)]
mod tests;
