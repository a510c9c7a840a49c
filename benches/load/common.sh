# Shared by the scripts in this folder. Servers are release builds on loopback, pinned to the first
# core, the load generator to the second; everything is compared within one run. Needs wrk, curl and
# taskset. TEST_POSTGRES_URL names a Postgres server for the parts on Postgres.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

password='correct horse battery staple'
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/release
binary=$target/rocket-accounts
folder=$(mktemp -d)
started=()
databases=()

cleanup() {
    ((${#started[@]})) && kill "${started[@]}" 2>/dev/null
    wait 2>/dev/null
    local name
    for name in ${databases[@]+"${databases[@]}"}; do
        sql "$TEST_POSTGRES_URL" "DROP DATABASE IF EXISTS $name WITH (FORCE)" >/dev/null
    done
    rm -rf "$folder"
}
trap cleanup EXIT

has_postgres() {
    [[ -n ${TEST_POSTGRES_URL:-} ]]
}

sql() {
    psql -XqtA -v ON_ERROR_STOP=1 "$1" -c "$2"
}

# A database that is dropped at the end; its URL is in $database.
new_database() {
    local name="accounts_bench_$1_$$"
    sql "$TEST_POSTGRES_URL" "CREATE DATABASE $name"
    databases+=("$name")
    database=${TEST_POSTGRES_URL%/*}/$name
}

# Starts a program with an environment and waits until it answers on its port.
# serve PORT [NAME=VALUE..] PROGRAM [ARGUMENT..]
serve() {
    local port=$1
    shift
    mkdir -p "$folder/$port"
    (cd "$folder/$port" && exec taskset -c 0 env ROCKET_PORT="$port" ROCKET_WORKERS=1 \
        ROCKET_LOG_LEVEL=off ROCKET_CLI_COLORS=false "$@") >"$folder/$port.log" 2>&1 &
    started+=($!)
    for _ in {1..200}; do
        curl -s -o /dev/null "http://127.0.0.1:$port/" && return
        sleep 0.05
    done
    cat "$folder/$port.log" >&2
    exit 1
}

# The service, configured as in tests: cheap hashing, open registration, no limits. service PORT
# STORE [NAME=VALUE..]
service() {
    local port=$1 store=$2
    shift 2
    serve "$port" ROCKET_PROFILE=test ACCOUNTS_STORE="$store" ACCOUNTS_DATABASE__AUTO_MIGRATE=true \
        ACCOUNTS_PUBLIC_ORIGIN=http://localhost:8000 ACCOUNTS_THROTTLE__ENABLED=false "$@" "$binary"
}

# Registers a new user; prints the access cookie.
sign_in() {
    local jar=$folder/jar-$1-$RANDOM
    curl -sf -o /dev/null -c "$jar" -H 'Content-Type: application/json' \
        -d "{\"username\":\"ada-$RANDOM$RANDOM\",\"password\":\"$password\"}" \
        "http://127.0.0.1:$1/accounts/auth/register/"
    awk '$6 == "access_token" { print "access_token=" $7 }' "$jar"
}

# Measures GET user/ in requests a second; any response but 2xx invalidates the comparison. measure
# PORT COOKIE SECONDS
measure() {
    local output
    output=$(taskset -c 1 wrk -t1 -c32 -d"$3s" -H "Cookie: $2" "http://127.0.0.1:$1/accounts/user")
    if grep -q 'Non-2xx' <<<"$output"; then
        echo "$output" >&2
        exit 1
    fi
    awk '/^Requests\/sec/ { print $2 }' <<<"$output"
}

median() {
    printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}
