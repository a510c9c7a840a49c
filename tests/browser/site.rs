//! The services that browsers are pointed at.

use std::path::{Path, PathBuf};

use accounts_testkit::{Backend, RunningService, TestService, test_service};

use crate::other_site::OtherSite;
use crate::tls::Terminator;

/// The host of the site; `.test` has no public suffix below it, so this is a registrable domain.
const HOST: &str = "app.test";
/// A host of the same site, whose owner is another.
const SIBLING: &str = "sibling.app.test";
/// A host of another site.
const EVIL: &str = "evil.test";

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A service as `cargo run` makes it, with limits off: every test has the same address.
pub(crate) fn debug() -> TestService {
    test_service!()
        .cheap_hashing()
        .set("ACCOUNTS_THROTTLE__ENABLED", "false")
}

/// Where a browser finds a service of the profile debug.
pub(crate) fn origin(service: &RunningService) -> String {
    format!("http://localhost:{}", service.address().port())
}

/// Copies the page that the profile debug shows into a folder, where it is a front end like any.
pub(crate) fn copy_page(folder: &Path) -> PathBuf {
    let dist = folder.join("dist");
    std::fs::create_dir(&dist).unwrap();
    for file in [
        "index.html",
        "page.js",
        "calls.js",
        "programs.js",
        "page.css",
    ] {
        std::fs::copy(root().join("src/http/page").join(file), dist.join(file)).unwrap();
    }
    let client = root().join("examples/browser/accounts.js");
    std::fs::copy(client, dist.join("accounts.js")).unwrap();
    dist
}

/// A release site with a front end, on https, and two hosts of other owners.
pub(crate) struct ReleaseSite {
    pub(crate) service: RunningService,
    pub(crate) other_site: OtherSite,
    terminator: Terminator,
    _place: TestService,
}

impl ReleaseSite {
    pub(crate) fn start() -> Self {
        Self::on(Backend::Sqlite)
    }

    pub(crate) fn on(backend: Backend) -> Self {
        let mut terminator = Terminator::bind(&[HOST, SIBLING, EVIL]);
        let key = test_service!().run(&["key", "generate"]).stdout;
        let fixture = test_service!().on(backend);
        let dist = copy_page(fixture.path());
        let fixture = fixture
            .set("ROCKET_PROFILE", "release")
            .set("ROCKET_ADDRESS", "127.0.0.1")
            .set("ACCOUNTS_ALLOW_INSECURE_MEMORY_STORE", "true")
            .set("ACCOUNTS_KEYS__ACTIVE", key.trim())
            .set("ACCOUNTS_REGISTRATION", "open")
            .set("ACCOUNTS_THROTTLE__ENABLED", "false")
            .set("ACCOUNTS_PUBLIC_ORIGIN", &terminator.origin(HOST))
            .set("ACCOUNTS_FRONTEND", dist.to_str().unwrap());
        let service = fixture.serve();
        let other_site = OtherSite::start();
        let hosts = [
            (HOST.to_owned(), service.address()),
            (SIBLING.to_owned(), other_site.address()),
            (EVIL.to_owned(), other_site.address()),
        ];
        terminator.lead(hosts.into());
        Self {
            service,
            other_site,
            terminator,
            _place: fixture,
        }
    }

    /// The origin of the site.
    pub(crate) fn origin(&self) -> String {
        self.terminator.origin(HOST)
    }

    /// The origin of another host of the site.
    pub(crate) fn sibling(&self) -> String {
        self.terminator.origin(SIBLING)
    }

    /// The origin of another site.
    pub(crate) fn evil(&self) -> String {
        self.terminator.origin(EVIL)
    }
}
