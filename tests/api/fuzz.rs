//! The properties of the fuzz targets on stable Rust: over the corpus that is kept, and over a few
//! thousand inputs made from it with a fixed seed. See tests/fuzz/README.md for the fuzzer itself.

#[path = "../fuzz/bodies/mod.rs"]
mod bodies;

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Inputs made for each target.
const CASES: u32 = 3000;

/// `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    proptest::test_runner::Config::default().cases.max(CASES)
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(name);
    let files = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect()
}

#[test]
fn the_corpus_is_replayed() {
    for (name, body) in bodies::ALL {
        let inputs = corpus(name);
        assert!(inputs.len() >= 3, "{name} has no corpus");
        for input in inputs {
            body(&input);
        }
    }
}

/// A change of an input: what, where, and with what.
type Change = (Index, Vec<u8>, bool);

/// Bytes that mean something to one of the parsers.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "",
        "=",
        ";",
        " ",
        "\"",
        ",",
        ".",
        "\0",
        "\u{a0}",
        "__Host-access_token=",
        "\n",
        "\\u0000",
        "null",
        "[",
        "127.0.0.1",
    ];
    let words = words.map(|word| word.as_bytes().to_vec());
    prop_oneof![select(words.to_vec()), vec(any::<u8>(), 0..8)]
}

fn changed(mut input: Vec<u8>, changes: Vec<Change>) -> Vec<u8> {
    for (at, put, inserts) in changes {
        let at = at.index(input.len() + 1);
        let end = if inserts {
            at
        } else {
            (at + put.len()).min(input.len())
        };
        input.splice(at..end, put);
    }
    input
}

#[test]
fn inputs_near_the_corpus_keep_the_properties() {
    for (name, body) in bodies::ALL {
        let changes = vec((any::<Index>(), bytes(), any::<bool>()), 0..6);
        let inputs =
            (select(corpus(name)), changes).prop_map(|(input, changes)| changed(input, changes));
        let config = Config {
            cases: cases(),
            failure_persistence: None,
            ..Config::default()
        };
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let mut runner = TestRunner::new_with_rng(config, random);
        let kept = runner.run(&inputs, |input| {
            body(&input);
            Ok(())
        });
        if let Err(broken) = kept {
            panic!("{name}: {broken}");
        }
    }
}
