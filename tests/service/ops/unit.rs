//! The systemd unit that is shipped.

use std::path::PathBuf;
use std::process::Command;

use accounts_testkit::{Case, cases, program, test_service};

const UNIT: &str = include_str!("../../../examples/deploy/rocket-accounts.service");

pub(crate) fn cases() -> Vec<Case> {
    let is_available = program("systemd-analyze").is_some();
    let analysed = cases![systemd_understands_it, systemd_finds_it_confined];
    let needs = |case: Case| case.needs("systemd-analyze", is_available);
    let others = cases![
        a_configuration_that_will_not_do_is_not_restarted,
        it_waits_as_long_as_the_service,
    ];
    let cases = analysed.into_iter().map(needs).chain(others);
    cases.map(|case| case.within("unit")).collect()
}

/// The values of a setting, in order.
fn values(setting: &str) -> Vec<&'static str> {
    let lines = UNIT.lines().filter_map(|line| line.split_once('='));
    let found = lines.filter(|(name, _)| *name == setting);
    found.map(|(_, value)| value).collect()
}

/// The unit with the binary of this build, which systemd looks for.
fn unit(folder: &tempfile::TempDir) -> PathBuf {
    let binary = env!("CARGO_BIN_EXE_rocket-accounts");
    let path = folder.path().join("rocket-accounts.service");
    let text = UNIT.replace("/usr/local/bin/rocket-accounts", binary);
    std::fs::write(&path, text).unwrap();
    path
}

fn analyze(arguments: &[&str]) -> (bool, String) {
    let folder = tempfile::TempDir::new().unwrap();
    let mut analyze = Command::new(program("systemd-analyze").unwrap());
    let output = analyze.args(arguments).arg(unit(&folder)).output().unwrap();
    let reported = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8(reported).unwrap(),
    )
}

fn systemd_understands_it() {
    let (is_good, reported) = analyze(&["verify", "--man=no"]);
    // Other units of the machine are read along.
    let mut of_ours = reported
        .lines()
        .filter(|line| line.contains("rocket-accounts"));
    assert!(is_good && of_ours.next().is_none(), "{reported}");
}

/// 0 is confined, 10 is not: docs/operations.md says 1.2.
fn systemd_finds_it_confined() {
    let (is_good, reported) =
        analyze(&["security", "--offline=true", "--threshold=12", "--no-pager"]);
    assert!(
        is_good && reported.contains("Overall exposure level"),
        "{reported}"
    );
}

/// systemd.service(5): `RestartPreventExitStatus` has no effect on processes of `ExecStartPre`.
fn a_configuration_that_will_not_do_is_not_restarted() {
    let command = values("ExecStart");
    assert_eq!(command, ["/usr/local/bin/rocket-accounts serve"]);
    for other in ["ExecStartPre", "ExecStartPost", "ExecCondition"] {
        assert_eq!(values(other), [""; 0], "{other}");
    }
    let refused = test_service!().set("ACCOUNTS_PROT", "8000").run(&["serve"]);
    let code = refused.code.unwrap().to_string();
    assert_eq!(values("RestartPreventExitStatus"), [code]);
}

fn it_waits_as_long_as_the_service() {
    // Grace and mercy of the built-in Rocket.toml, two calls of the database, a blocked call.
    let longest = 10 + 5 + 2 * 3 + 1;
    let timeout: u32 = values("TimeoutStopSec")[0].parse().unwrap();
    assert!(timeout > longest, "{timeout}");
    assert_eq!(values("ExecReload"), ["/bin/kill -HUP $MAINPID"]);
    assert_eq!(values("LimitCORE"), ["0"]);
}
