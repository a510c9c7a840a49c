# Short names for the commands of CONTRIBUTING.md. `just` lists them.

_default:
    @just --list --unsorted

# Format, lints and documentation, as in .ci/run
check:
    cargo fmt --all --check
    cargo clippy -q --workspace --all-targets --all-features -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc -q --workspace --no-deps --all-features

# Unit tests and the suites that need neither Postgres, a browser nor a proxy
test:
    cargo nextest run --lib --test api --test model --test docs

# All tests that this machine supports
test-all:
    cargo test

# One suite on a temporary Postgres, like `just postgres store`
postgres suite *arguments:
    .ci/with-postgres cargo test --test {{suite}} {{arguments}} -- --include-ignored

# The documents, the layers and the forbidden words
docs:
    cargo nextest run --test docs

# Spelling of all tracked files
spelling:
    .ci/typos

# All checks that a change must pass
ci:
    .ci/run

# Checks that take hours: all, or by name
long *names:
    .ci/long {{names}}

# Planted faults, like `just mutants -F src/crypto/csrf`
mutants *arguments:
    .ci/mutants {{arguments}}
