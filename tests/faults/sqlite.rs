//! What can happen to a SQLite file and to the one service that has it.

use std::path::Path;
use std::time::Duration;

use accounts_testkit::{Backend, Intruder};

use crate::checker::Rules;
use crate::tmpfs::Tmpfs;
use crate::trace::Trace;
use crate::world::{World, configured};

/// Longer than the wait for a lock.
const SHORT: Duration = Duration::from_secs(4);
const LONG: Duration = Duration::from_secs(7);

/// A file, and a world that works on it.
pub(crate) struct Bench {
    url: String,
    pub(crate) world: World,
}

pub(crate) type Fault = (&'static str, fn(&mut Bench));

/// Every fault that leaves the bench as it was.
pub(crate) const FAULTS: [Fault; 3] = [
    ("locked_file", locked_file),
    ("killed_service", killed_service),
    ("frozen_service", frozen_service),
];

impl Bench {
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        // Lives as long as the process: the place has a folder of its own for everything else.
        Self::at(&folder.keep(), name)
    }

    fn at(folder: &Path, name: &str) -> Self {
        let url = format!("sqlite://{}/accounts.sqlite3", folder.display());
        let place = configured(crate::new_place().on(Backend::Sqlite)).set("DATABASE_URL", &url);
        let name = format!("sqlite-{name}");
        let world = World::start(&name, place, url.clone(), &[Vec::new()]);
        Self { url, world }
    }

    pub(crate) fn check(self) {
        self.world.check(Rules::default());
    }
}

/// Another process holds the file.
fn locked_file(bench: &mut Bench) {
    let intruder = &mut Intruder::at(&bench.url);
    let lock = |intruder: &mut Intruder| intruder.execute("BEGIN EXCLUSIVE");
    let unlock = |intruder: &mut Intruder| intruder.execute("ROLLBACK");
    bench
        .world
        .suffers(SHORT, intruder, lock, unlock, Trace::Unavailable);
}

fn killed_service(bench: &mut Bench) {
    bench.world.kill_replicas(5);
}

fn frozen_service(bench: &mut Bench) {
    bench.world.freeze_replicas(LONG);
}

pub(crate) fn full_disk() {
    let disk = &mut Tmpfs::mount(8).expect("mounting a file system needs root");
    let mut bench = Bench::at(disk.path(), "full_disk");
    bench.world.suffers(
        SHORT,
        disk,
        |it| it.fill(),
        |it| it.clear(),
        Trace::Unavailable,
    );
    bench.check();
}
