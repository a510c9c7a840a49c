"""Records a database as a version of the service leaves it, with browsers that are signed in.

    python3 tests/store/upgrades/record.py BINARY FOLDER [POSTGRES_URL]

BINARY is the service of that version, FOLDER where to put `sqlite.sql` and its `sqlite.json`, or
with the URL of an empty Postgres database `postgres.sql` and `postgres.json`. `pg_dump` has to be on
the PATH then. The tokens are real ones of a key that nobody else has, which the record holds.
"""

import http.client
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

BASE = "/accounts/"
ORIGIN = "http://localhost:8000"
PASSWORD = "correct horse battery staple"
CHANGED = "a much better pass phrase"


class Service:
    def __init__(self, binary, folder, settings):
        self.binary, self.folder = binary, folder
        self.environment = {"PATH": os.environ["PATH"], "ROCKET_PROFILE": "debug", "ROCKET_PORT": "0"}
        self.environment |= {"ACCOUNTS_PUBLIC_ORIGIN": ORIGIN} | settings
        self.process = subprocess.Popen(
            [binary], cwd=folder, env=self.environment, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for line in self.process.stderr:
            if found := re.search(r"listening.*?http://[^:/]*:(\d+)", line):
                self.port = int(found[1])
                return
        sys.exit("the service does not start")

    def run(self, *arguments):
        command = [self.binary, *arguments]
        subprocess.run(command, cwd=self.folder, env=self.environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.communicate()


class Browser:
    def __init__(self, service, cookies=None):
        self.service, self.cookies = service, dict(cookies or {})

    def ask(self, method, path, body=None, expected=200):
        headers = {"Origin": ORIGIN, "Accept": "application/json"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if token := self.cookies.get("csrftoken"):
            headers["X-CSRFToken"] = token
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port)
        connection.request(method, BASE + path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status != expected:
            sys.exit(f"{method} {path}: {answer.status} {text}")
        for header in answer.headers.get_all("Set-Cookie", []):
            name, value = header.split(";")[0].split("=", 1)
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return json.loads(text) if text else None

    def copy(self):
        return Browser(self.service, self.cookies)

    def register(self, name):
        body = {"username": name, "password": PASSWORD, "first_name": name.title(), "last_name": "L."}
        self.ask("POST", "auth/register/", body, 201)
        return self

    def log_in(self, name, **fields):
        self.ask("POST", "auth/login/", {"username": name, "password": PASSWORD, **fields})
        return self

    def refresh(self):
        self.ask("POST", "auth/refresh_token/")
        return self

    def seen(self):
        self.ask("GET", "user/")
        return self


def play(service):
    """Browsers in every state that a session can be in, by what becomes of their next refresh."""
    new = lambda: Browser(service)
    live, over = {}, {}
    live["fresh"] = new().register("ada")
    live["second"] = new().log_in("ada").refresh().seen()
    live["unremembered"] = new().log_in("ada", remember=False).refresh().seen()
    spent = new().register("grace")
    live["lost_answer"] = spent.copy()
    spent.refresh()
    stolen = new().register("linus")
    over["spent"] = stolen.copy()
    stolen.refresh().seen()
    time.sleep(0.1)
    over["logged_out"] = new().register("mary").copy()
    over["logged_out"].copy().ask("POST", "auth/logout/")
    superseded = new().log_in("mary")
    over["superseded"] = superseded.copy()
    live["successor"] = superseded.log_in("mary")
    over["ended_by_user"] = new().log_in("mary")
    own = live["successor"].ask("GET", "sessions/")
    other = next(session["id"] for session in own if not session["current"])
    live["successor"].ask("DELETE", f"sessions/{other}/", expected=204)
    changing = new().register("alan")
    over["password_changed"] = new().log_in("alan")
    over["before_the_change"] = changing.copy()
    body = {"current_password": PASSWORD, "new_password": CHANGED}
    changing.ask("POST", "user/password/", body)
    live["after_the_change"] = changing
    over["disabled"] = new().register("barbara")
    service.run("user", "disable", "barbara")
    reused = new().register("edsger")
    thief = reused.copy()
    reused.refresh().seen()
    over["reused"] = reused
    time.sleep(1.2)
    thief.ask("POST", "auth/refresh_token/", expected=401)
    new().register("donald")
    for _ in range(3):
        body = {"username": "donald", "password": "wrong"}
        new().ask("POST", "auth/login/", body, 401)
    jars = lambda browsers: {name: browser.cookies for name, browser in browsers.items()}
    return {"live": jars(live), "over": jars(over)}


def dump_sqlite(file):
    with sqlite3.connect(file) as database:
        return "\n".join(database.iterdump()) + "\n"


def dump_postgres(url):
    command = ["pg_dump", "--no-owner", "--no-privileges", "--inserts", "--schema=public", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # What belongs to the server and not to the tables. The reader chooses the schema.
    lines = [line for line in text.splitlines() if not re.match(r"--|COMMENT |SET |\\|SELECT pg_catalog|$", line)]
    text = "\n".join(line for line in lines if not line.startswith("CREATE SCHEMA")) + "\n"
    # A function may name a table that comes after it.
    return "SET check_function_bodies = false;\n" + text.replace("public.", "")


def main():
    binary, target = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    url = sys.argv[3] if len(sys.argv) > 3 else None
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/accounts.sqlite3"
        algorithm = "EdDSA" if url else "HS256"
        key = subprocess.run([binary, "key", "generate"], check=True, capture_output=True, text=True,
                             cwd=folder, env={"PATH": os.environ["PATH"]}).stdout.strip()
        service = Service(binary, folder, {
            "ACCOUNTS_STORE": "postgres" if url else "sqlite",
            "DATABASE_URL": url or f"sqlite://{file}",
            "ACCOUNTS_DATABASE__AUTO_MIGRATE": "true",
            "ACCOUNTS_KEYS__ACTIVE": key,
            "ACCOUNTS_SESSION__REUSE_GRACE": "1s",
            "ACCOUNTS_TOKEN__ALGORITHM": algorithm,
            "ACCOUNTS_PASSWORD__ALLOW_INSECURE_COST": "true",
            "ACCOUNTS_PASSWORD__MEMORY_KIB": "64",
            "ACCOUNTS_PASSWORD__ITERATIONS": "1",
        })
        try:
            record = {"key": key, "algorithm": algorithm} | play(service)
            record["at"] = int(time.time())
        finally:
            service.stop()
        name, text = ("postgres", dump_postgres(url)) if url else ("sqlite", dump_sqlite(file))
    (target / f"{name}.sql").write_text(text)
    (target / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")


main()
