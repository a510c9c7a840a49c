//! What can happen to a SQLite file and to the one service that has it.

use std::path::Path;
use std::time::Duration;

use accounts_testkit::{Backend, DirectConnection};

use crate::checker::Rules;
use crate::effect::Effect;
use crate::fault_run::{FaultRun, configured};
use crate::tmpfs::Tmpfs;

/// Longer than the wait for a lock.
const SHORT: Duration = Duration::from_secs(4);
const LONG: Duration = Duration::from_secs(7);

/// A file, and a service that works on it.
pub(crate) struct Setup {
    url: String,
    pub(crate) run: FaultRun,
}

pub(crate) type Fault = (&'static str, fn(&mut Setup));

/// Every fault that leaves the setup as it was.
pub(crate) const FAULTS: [Fault; 3] = [
    ("locked_file", locked_file),
    ("killed_service", killed_service),
    ("frozen_service", frozen_service),
];

impl Setup {
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        // Lives as long as the process: the service has a folder of its own for everything else.
        Self::at(&folder.keep(), name)
    }

    fn at(folder: &Path, name: &str) -> Self {
        let url = format!("sqlite://{}/accounts.sqlite3", folder.display());
        let fixture =
            configured(crate::new_service().on(Backend::Sqlite)).set("DATABASE_URL", &url);
        let name = format!("sqlite-{name}");
        let run = FaultRun::start(&name, fixture, url.clone(), &[Vec::new()]);
        Self { url, run }
    }

    pub(crate) fn check(self) {
        self.run.check(Rules::default());
    }
}

/// Another process holds the file.
fn locked_file(setup: &mut Setup) {
    let direct = &mut DirectConnection::at(&setup.url);
    let lock = |direct: &mut DirectConnection| direct.execute("BEGIN EXCLUSIVE");
    let unlock = |direct: &mut DirectConnection| direct.execute("ROLLBACK");
    setup
        .run
        .inject(SHORT, direct, lock, unlock, Effect::Unavailable);
}

fn killed_service(setup: &mut Setup) {
    setup.run.kill_replicas(5);
}

fn frozen_service(setup: &mut Setup) {
    setup.run.freeze_replicas(LONG);
}

pub(crate) fn full_disk() {
    let disk = &mut Tmpfs::mount(8).expect("mounting a file system needs root");
    let mut setup = Setup::at(disk.path(), "full_disk");
    setup.run.inject(
        SHORT,
        disk,
        |it| it.fill(),
        |it| it.clear(),
        Effect::Unavailable,
    );
    setup.check();
}
