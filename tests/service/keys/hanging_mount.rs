//! A key file on a mount that hangs, and a signal that comes early.

use std::fs;
use std::time::{Duration, Instant};

use accounts_testkit::{Backend, Case, Preload, RunningService, TIMEOUT, TestService, cases};

use super::{names, service_with_key_file};

pub(crate) fn cases() -> Vec<Case> {
    let cases = cases![
        a_key_file_that_hangs_does_not_stop_the_service,
        a_signal_before_the_service_listens_is_remembered,
    ];
    let needs = |case: Case| case.needs("a C compiler", Preload::is_possible());
    cases.into_iter().map(needs).collect()
}

/// A service whose key file can be made to hang.
struct Mount {
    fixture: TestService,
    _library: Preload,
}

impl Mount {
    fn new() -> Self {
        let library = Preload::hanging_mount();
        let fixture = service_with_key_file(Backend::Sqlite)
            .set("LD_PRELOAD", &library.path())
            .set("HANGS_ON", "ring")
            .set("HANGS_WHILE", "hangs")
            .set("HANGS_SEEN", "seen");
        Self {
            fixture,
            _library: library,
        }
    }

    fn hangs(&self) {
        self.fixture.write("hangs", "");
    }

    fn is_back(&self) {
        fs::remove_file(self.fixture.path().join("hangs")).unwrap();
    }

    /// Waits until the service waits for the key file.
    #[track_caller]
    fn is_waited_for(&self) {
        let seen = self.fixture.path().join("seen");
        until("nobody reads the key file", || seen.exists());
        fs::remove_file(seen).unwrap();
    }
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < TIMEOUT, "{what}");
        std::thread::yield_now();
    }
}

/// Threads of the process that read keys.
fn readers(service: &RunningService) -> usize {
    let tasks = fs::read_dir(format!("/proc/{}/task", service.pid())).unwrap();
    let names = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "key-reader").count()
}

fn a_key_file_that_hangs_does_not_stop_the_service() {
    let mount = Mount::new();
    let mut service = mount.fixture.serve();
    let mut ada = service.browser();
    ada.register("ada").expect(201);
    mount.fixture.run(&["key", "rotate"]).expect(0);

    mount.hangs();
    service.signal("HUP");
    mount.is_waited_for();
    // Far more requests than there are threads to serve them.
    let began = Instant::now();
    for _ in 0..50 {
        ada.get("user/").expect(200);
    }
    assert!(began.elapsed() < Duration::from_secs(4), "they waited");
    service.wait_for("could not be read in time");
    service.take_log();
    for _ in 0..3 {
        service.signal("HUP");
        service.wait_for("has not come to its end");
        service.take_log();
        assert_eq!(readers(&service), 1);
    }
    ada.refresh().expect(200);

    // What was read too late does not count; the next signal does.
    mount.is_back();
    until("the reading goes on", || readers(&service) == 0);
    assert!(!service.log().contains("keys_reloaded"));
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    ada.get("user/").expect(200);

    // Nor does it hold up the end.
    mount.hangs();
    service.signal("HUP");
    mount.is_waited_for();
    assert_eq!(service.stop().0, Some(0));
}

fn a_signal_before_the_service_listens_is_remembered() {
    let mount = Mount::new();
    mount.hangs();
    let mut command = mount.fixture.command(&[]);
    command.env("ROCKET_PORT", "0");
    let mut service = RunningService::begin(command);
    mount.is_waited_for();
    // It is about to read the keys for the first time.
    service.signal("HUP");
    service.signal("HUP");
    mount.is_back();
    service.wait_until_listening();
    service.wait_for("keys_reloaded");
    let active = names(&mount.fixture.run(&["key", "list"]).stdout, "active");
    assert!(service.log().contains(&active[0]), "{}", service.log());
    service.browser().register("ada").expect(201);
    // Once for both, and the next one is heard too.
    assert_eq!(service.take_log().matches("keys_reloaded").count(), 1);
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    assert_eq!(service.stop().0, Some(0));
}
