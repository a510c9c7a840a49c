//! `user import --dry-run`, which leaves everything as it is.

use std::collections::BTreeMap;
use std::path::Path;

use accounts_testkit::{Backend, Case, DirectConnection, TestService, cases_on, test_service};

const USERS: &str = "username,first_name,last_name,password,is_active,date_joined
ada,,,!,1,2019-03-04T05:06:07Z
grace,,,!,1,2019-03-04T05:06:07Z
";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cases_on![a_dry_run_writes_nothing on [Backend::Sqlite, Backend::Postgres]];
    cases.push(Case::on(Backend::Sqlite, "a_dry_run_makes_no_file", |_| {
        a_dry_run_makes_no_file();
    }));
    cases
}

fn rehearse(fixture: &TestService) -> String {
    let import = ["user", "import", "--from-django", "users.csv", "--dry-run"];
    fixture.run(&import).expect(0).stdout.clone()
}

/// Every file below a folder, with what is in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.insert(path.display().to_string(), Vec::new());
            files.extend(self::files(&path));
        } else {
            files.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    files
}

/// As after a clone: no database, no schema, no key.
fn a_dry_run_makes_no_file() {
    let fixture = test_service!();
    fixture.write("users.csv", USERS);
    let before = files(fixture.path());
    let said = rehearse(&fixture);
    assert!(said.contains("2 would be imported, 0 existed"), "{said}");
    assert_eq!(files(fixture.path()), before);
}

fn a_dry_run_writes_nothing(backend: Backend) {
    let fixture = test_service!().on(backend);
    fixture.write("users.csv", USERS);
    let file = fixture.path().join("accounts.sqlite3");
    if backend == Backend::Sqlite {
        std::fs::write(&file, "").unwrap();
    }
    // A database without tables.
    let before = files(fixture.path());
    let said = rehearse(&fixture);
    assert!(said.contains("2 would be imported, 0 existed"), "{said}");
    assert_eq!(files(fixture.path()), before);
    let url = match fixture.schema() {
        Some(schema) => schema.url(),
        None => format!("sqlite://{}", file.display()),
    };
    let tables = match backend {
        Backend::Postgres => {
            "SELECT COUNT(*) AS n FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        }
        _ => "SELECT COUNT(*) AS n FROM sqlite_schema",
    };
    assert_eq!(DirectConnection::at(&url).count(tables), 0);

    // One with tables, and one of the users.
    fixture.run(&["migrate", "up"]).expect(0);
    fixture.create_user("Ada");
    let said = rehearse(&fixture);
    assert!(said.contains("exists    2  ada"), "{said}");
    assert!(said.contains("1 would be imported, 1 existed"), "{said}");
    let users = "SELECT COUNT(*) AS n FROM accounts_user";
    assert_eq!(DirectConnection::at(&url).count(users), 1);

    // Tables of an older version are not brought up to date.
    fixture.run(&["migrate", "down", "2", "--yes"]).expect(0);
    let import = ["user", "import", "--from-django", "users.csv", "--dry-run"];
    fixture.run(&import).expect(1).says("migrate up");
    let status = fixture.run(&["migrate", "status"]);
    let pending = status.expect(0).stdout.matches("pending   m").count();
    assert_eq!(pending, 2);
}
