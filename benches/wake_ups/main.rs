//! How many honest sessions a rule for refresh tokens ends when tabs wake up together, and how soon
//! it detects a thief: `cargo bench --bench wake_ups`. The results are reproducible.

#![expect(
    clippy::expect_used,
    reason = "a simulation that can not go on has failed"
)]

mod game;
mod rules;
mod settings;

use game::{End, Game, WAKE_UPS};
use rules::Kind;
use settings::{Setting, alone, settings};

fn percent(part: usize, of: usize) -> String {
    let hundredths = part * 10_000 / of.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn row(cells: impl IntoIterator<Item = String>) {
    let cells: Vec<_> = cells.into_iter().collect();
    println!("| {} |", cells.join(" | "));
}

fn seeds(runs: u64) -> impl Iterator<Item = u64> {
    0..runs
}

fn honest(runs: u64) {
    let settings = settings();
    println!("Honest sessions ended in %, {runs} runs of {WAKE_UPS} wake-ups:\n");
    row(["rule".to_owned()]
        .into_iter()
        .chain(settings.iter().map(|setting| setting.name.to_owned())));
    row(vec!["---".to_owned(); settings.len() + 1]);
    for kind in Kind::ALL {
        let ended = |setting: &Setting| {
            let ends = seeds(runs).map(|seed| Game::new(setting, kind, seed).honest());
            let ends: Vec<_> = ends.collect();
            let ended = ends.iter().filter(|end| **end != End::None).count();
            percent(ended, ends.len())
        };
        row([kind.name().to_owned()]
            .into_iter()
            .chain(settings.iter().map(ended)));
    }
}

fn stolen(runs: u64) {
    let setting = alone();
    println!("\nStolen sessions, one tab, 5 % lost, a thief who uses what it gets, {runs} runs:\n");
    row([
        "rule",
        "detected in %",
        "wake-ups until then, mean",
        "most",
        "spent token accepted for, s",
    ]
    .map(str::to_owned));
    row(vec!["---".to_owned(); 5]);
    for kind in Kind::ALL {
        let ends: Vec<_> = seeds(runs)
            .filter_map(|seed| match Game::new(&setting, kind, seed).stolen() {
                End::At(0) => None,
                End::At(wake_up) => Some(Some(wake_up)),
                End::None => Some(None),
            })
            .collect();
        let rounds: Vec<_> = ends.iter().flatten().copied().collect();
        let mean = rounds.iter().sum::<usize>() * 100 / rounds.len().max(1);
        let lives = seeds(100).map(|seed| Game::new(&setting, kind, seed).spent_token_lives());
        row([
            kind.name().to_owned(),
            percent(rounds.len(), ends.len()),
            format!("{}.{:02}", mean / 100, mean % 100),
            rounds
                .iter()
                .max()
                .map_or_else(String::new, ToString::to_string),
            format!("{}", lives.max().unwrap_or_default() / 1000),
        ]);
    }
}

fn main() {
    // Cargo passes `--bench` for a measurement; otherwise this is only a smoke test.
    let runs = if std::env::args().any(|argument| argument == "--bench") {
        4_000
    } else {
        100
    };
    honest(runs);
    stolen(runs);
}
