//! An application on each built-in store, wired as the configuration does it.

use std::future::Future;

use accounts_testkit::{Backend, Schema};

use crate::support::TestApp;

/// Runs a test with an application whose sessions are kept in `backend`, in a database of its own.
pub fn on<F: Future<Output = ()>>(backend: Backend, test: impl FnOnce(TestApp) -> F) {
    let folder = tempfile::tempdir().unwrap();
    // Made and dropped outside of the test's runtime: it has one of its own.
    let schema = (backend == Backend::Postgres).then(Schema::create);
    let url = match &schema {
        Some(schema) => schema.url(),
        None => format!("sqlite://{}/accounts.sqlite3", folder.path().display()),
    };
    let settings = match backend {
        Backend::Memory => String::new(),
        _ => {
            format!("store = \"{backend}\"\ndatabase = {{ url = \"{url}\", auto_migrate = true }}")
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let run = async { test(TestApp::with(&settings).await).await };
    runtime.unwrap().block_on(run);
}

/// Makes a test of each function on each store. Postgres needs `TEST_POSTGRES_URL`.
macro_rules! on_every_store {
    ($(#[test] fn $test:ident;)+) => {
        mod memory {
            $(#[test] fn $test() { $crate::support::on(accounts_testkit::Backend::Memory, super::$test); })+
        }
        mod sqlite {
            $(#[test] fn $test() { $crate::support::on(accounts_testkit::Backend::Sqlite, super::$test); })+
        }
        mod postgres {
            $(
                #[test]
                #[ignore = "needs TEST_POSTGRES_URL; run with --include-ignored"]
                fn $test() { $crate::support::on(accounts_testkit::Backend::Postgres, super::$test); }
            )+
        }
    };
}
pub(crate) use on_every_store;
