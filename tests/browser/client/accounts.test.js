import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";

import { ORIGIN, FakeBrowser, answers, delivered } from "./fake_browser.js";

let browser;
beforeEach(() => { browser = new FakeBrowser(); });
afterEach(() => browser.close());

const refreshes = () => browser.count("auth/refresh_token/");

test("the client is smaller than two kilobytes on the wire, and one file", () => {
  const file = new URL("../../../examples/browser/accounts.js", import.meta.url);
  const text = readFileSync(file);
  assert.ok(gzipSync(text, { level: 9 }).length < 2048);
  assert.ok(!/\bimport\b/.test(text.toString()));
});

test("login, who am I, logout", async () => {
  browser.access = browser.refresh = false;
  const { accounts, changes } = browser.tab();
  assert.equal(await accounts.user(), null);
  const session = await accounts.login({ username: "ada", password: "secret" });
  assert.equal(session.user.username, "ada");
  assert.equal((await accounts.user()).username, "ada");
  await accounts.logout();
  assert.equal(await accounts.user(), null);
  assert.deepEqual(changes, [true, false]);
  const login = browser.calls.find((call) => call.path === "auth/login/");
  assert.deepEqual(JSON.parse(login.body), { username: "ada", password: "secret" });
});

test("whether to be remembered goes along as it is given", async () => {
  const { accounts } = browser.tab();
  for (const enter of [accounts.login, accounts.register]) {
    await enter({ username: "ada", password: "secret", remember: false });
    assert.equal(JSON.parse(browser.calls.at(-1).body).remember, false);
  }
});

test("a refusal is thrown with what the page has to know", async () => {
  const { accounts, changes } = browser.tab();
  browser.instead = { "auth/login/": answers.slow, "auth/register/": answers.weak };
  await assert.rejects(accounts.login({}), {
    status: 429, code: "too_many_attempts", retryAfter: 7, message: "It is too_many_attempts.",
  });
  await assert.rejects(accounts.register({}), { status: 400, errors: { password: ["too short"] } });
  browser.instead = { "auth/login/": answers.wrong, "auth/logout/": answers.down };
  await assert.rejects(accounts.login({}), { code: "invalid_credentials" });
  await assert.rejects(accounts.logout(), { code: "unavailable" });
  assert.deepEqual(changes, []);
  assert.equal(refreshes(), 0);
});

test("unsafe requests carry the CSRF token, safe ones do not", async () => {
  const { accounts } = browser.tab();
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]) {
    await accounts.fetch("/notes", { method });
  }
  assert.deepEqual(browser.calls.map((call) => call.csrf), [null, null, "csrf", "csrf", "csrf", "csrf"]);
});

test("a prefixed CSRF cookie goes before one that a sibling domain may have set", async () => {
  const { accounts } = browser.tab();
  for (const [cookies, token] of [
    ["csrftoken=planted; __Host-csrftoken=ours", "ours"],
    ["csrftoken=planted; a=b; __Secure-csrftoken=ours; c=d", "ours"],
    ["xcsrftoken=planted; csrftoken=ours=", "ours="],
  ]) {
    browser.cookies = cookies;
    await accounts.fetch("/notes", { method: "POST" });
    assert.equal(browser.calls.at(-1).csrf, token, cookies);
  }
});

test("without the cookie the CSRF token is asked for; trouble with that is the answer", async () => {
  const { accounts } = browser.tab();
  browser.cookies = "";
  await accounts.fetch("/notes", { method: "POST" });
  assert.equal(browser.calls.at(-1).csrf, "fetched");
  browser.instead = { "csrf_token/": answers.down };
  const answer = await accounts.fetch("/notes", { method: "POST" });
  assert.equal(answer.status, 503);
  assert.equal(browser.calls.at(-1).path, "csrf_token/");
});

test("other origins get neither the token nor a refresh", async () => {
  const { accounts } = browser.tab();
  browser.instead = { "/notes": answers.notSignedIn };
  const answer = await accounts.fetch("https://other.test/notes", { method: "POST" });
  assert.equal(answer.status, 401);
  assert.equal(browser.calls.length, 1);
  assert.equal(browser.calls[0].csrf, null);
  assert.equal(browser.calls[0].mode, "same-origin");
});

test("what a caller says of credentials counts", async () => {
  const { accounts, changes } = browser.tab({ base: "https://other.test/accounts" });
  // A third origin gets what `fetch` gives it, not what the service needs.
  await accounts.fetch("https://third.test/notes");
  await accounts.fetch(new Request("https://third.test/notes", { method: "POST", body: "milk" }));
  assert.deepEqual(browser.calls.map((call) => call.mode), ["same-origin", "same-origin"]);
  assert.deepEqual(browser.calls.map((call) => call.csrf), [null, null]);
  assert.equal(browser.calls[1].body, "milk");
  // A request brings its own, and `init` goes before the default.
  await accounts.fetch(new Request("https://other.test/notes", { credentials: "same-origin" }));
  await accounts.fetch("https://other.test/notes", { credentials: "same-origin" });
  await accounts.fetch("https://other.test/notes");
  const modes = browser.calls.slice(2).map((call) => call.mode);
  assert.deepEqual(modes, ["same-origin", "same-origin", "include"]);
  // Without any there is no session to renew, or to lose.
  browser.instead = { "/notes": answers.expired };
  const answer = await accounts.fetch("https://other.test/notes", { credentials: "omit" });
  assert.equal(answer.status, 401);
  assert.equal(browser.calls.length, 6);
  assert.deepEqual(changes, []);
});

test("a listener that throws keeps neither the others nor a login from going on", async () => {
  const { accounts, changes } = browser.tab();
  const uncaught = [];
  // In place of the test runner's own, which would count it as a failure.
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => uncaught.push(error.message));
  accounts.onChange(() => { throw new Error("a fault of the page"); });
  const last = [];
  accounts.onChange((signedIn) => last.push(signedIn));
  try {
    await accounts.login({ username: "ada", password: "secret" });
    await accounts.logout();
    await delivered();
  } finally {
    process.removeAllListeners("uncaughtException");
    others.forEach((other) => process.on("uncaughtException", other));
  }
  assert.deepEqual([changes, last], [[true, false], [true, false]]);
  assert.deepEqual(uncaught, ["a fault of the page", "a fault of the page"]);
});

test("how long to wait comes in seconds or as a date", async () => {
  const { accounts } = browser.tab();
  const date = (seconds) => new Date(Date.now() + seconds * 1000).toUTCString();
  for (const [header, low, high] of [
    ["7", 7, 7], ["0", 0, 0], [date(60), 58, 60], [date(-60), 0, 0], ["soon", 0, 0], [null, 0, 0],
  ]) {
    const headers = header === null ? {} : { "Retry-After": header };
    browser.instead = { "auth/login/": () => new Response("{}", { status: 429, headers }) };
    const error = await accounts.login({}).catch((error) => error);
    assert.ok(low <= error.retryAfter && error.retryAfter <= high, `${header}: ${error.retryAfter}`);
  }
});

test("a service on another origin gets credentials and the token that it hands out", async () => {
  const { accounts } = browser.tab({ base: "https://other.test/accounts" });
  browser.cookies = "";
  browser.instead = { "csrf_token/": () => Response.json({ token: "theirs" }) };
  await accounts.fetch("https://other.test/notes", { method: "POST" });
  assert.deepEqual(browser.calls.map((call) => call.mode), ["include", "include"]);
  assert.equal(browser.calls[1].csrf, "theirs");
});

for (const kind of ["expired", "notSignedIn"]) {
  test(`one refresh and one more try when the access token is gone (${kind})`, async () => {
    const { accounts, changes } = browser.tab();
    browser.instead = { "/notes": [answers[kind], () => new Response("noted")] };
    browser.access = false;
    const answer = await accounts.fetch("/notes", { method: "POST", body: "milk" });
    assert.equal(await answer.text(), "noted");
    assert.equal(refreshes(), 1);
    const notes = browser.calls.filter((call) => call.path === "/notes");
    assert.deepEqual(notes.map((call) => call.body), ["milk", "milk"]);
    assert.deepEqual(changes, []);
  });
}

test("never a loop: a second refusal is the answer", async () => {
  const { accounts } = browser.tab();
  browser.access = false;
  browser.instead = { "/notes": answers.expired };
  const answer = await accounts.fetch("/notes");
  assert.equal(answer.status, 401);
  assert.equal((await answer.json()).code, "token_expired");
  assert.equal(refreshes(), 1);
  assert.equal(browser.count("/notes"), 2);
});

test("other refusals do not refresh", async () => {
  const { accounts } = browser.tab();
  const others = [
    answers.ended, answers.wrong, answers.slow, answers.down, answers.weak,
    () => new Response("a page of somebody else's", { status: 401 }),
    () => new Response(null, { status: 403 }),
  ];
  for (const other of others) {
    browser.instead = { "/notes": other };
    assert.equal((await accounts.fetch("/notes")).status, other().status);
  }
  assert.equal(refreshes(), 0);
});

test("bodies that are read once are sent twice", async () => {
  const { accounts } = browser.tab();
  const stream = () => new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("milk "));
      controller.enqueue(new TextEncoder().encode("and bread"));
      controller.close();
    },
  });
  const form = new FormData();
  form.set("text", "milk and bread");
  const bodies = [
    { body: stream(), duplex: "half" },
    { body: new Blob(["milk and bread"]) },
    { body: form },
    { body: new URLSearchParams({ text: "milk and bread" }) },
  ];
  for (const init of bodies) {
    browser.calls = [];
    browser.access = false;
    const answer = await accounts.fetch("/notes", { method: "POST", ...init });
    assert.equal(answer.status, 200);
    const [first, second] = browser.calls.filter((call) => call.path === "/notes");
    assert.match(first.body, /milk.and.bread/);
    assert.equal(first.body, second.body);
  }
  browser.access = false;
  const request = new Request("/notes", { method: "PUT", body: "a request of one's own" });
  const answer = await accounts.fetch(request);
  assert.equal((await answer.json()).body, "a request of one's own");
});

test("trouble while refreshing is never a sign-out", async () => {
  const { accounts, changes } = browser.tab();
  await accounts.user();
  for (const [trouble, status] of [[answers.slow, 429], [answers.down, 503]]) {
    browser.access = false;
    browser.instead = { "auth/refresh_token/": trouble };
    const both = await Promise.all([accounts.fetch("/notes"), accounts.fetch("/notes")]);
    for (const answer of both) {
      assert.equal(answer.status, status);
      assert.match(await answer.text(), /It is/);
    }
    await assert.rejects(accounts.user(), { status });
  }
  browser.instead = { "auth/refresh_token/": answers.cut };
  await assert.rejects(accounts.fetch("/notes"), TypeError);
  await assert.rejects(accounts.user(), TypeError);
  assert.deepEqual(changes, []);
  browser.instead = {};
  assert.equal((await accounts.user()).username, "ada");
});

test("the end of a session is reported once, and no request is repeated by itself", async () => {
  const { accounts, changes } = browser.tab();
  await accounts.user();
  browser.access = browser.refresh = false;
  const answers = await Promise.all([1, 2, 3].map(() => accounts.fetch("/notes")));
  assert.deepEqual(answers.map((answer) => answer.status), [401, 401, 401]);
  assert.equal(await accounts.user(), null);
  assert.deepEqual(changes, [false]);
});

test("many requests of a tab share one refresh", async () => {
  const { accounts } = browser.tab();
  browser.access = false;
  const users = await Promise.all(Array.from({ length: 20 }, () => accounts.user()));
  assert.ok(users.every((user) => user.username === "ada"));
  assert.equal(refreshes(), 1);
});

test("tabs take turns, and one that waited does not refresh again", async () => {
  const tabs = Array.from({ length: 5 }, () => browser.tab());
  for (let round = 1; round <= 10; round += 1) {
    browser.access = false;
    const users = await Promise.all(tabs.map((tab) => tab.accounts.user()));
    assert.ok(users.every((user) => user.username === "ada"));
    assert.equal(refreshes(), round);
  }
});

test("if the first tab's refresh meets trouble, the next one tries", async () => {
  const tabs = Array.from({ length: 3 }, () => browser.tab());
  browser.access = false;
  const usual = () => {
    delete browser.instead["auth/refresh_token/"];
    browser.access = true;
    return Response.json({});
  };
  browser.instead = { "auth/refresh_token/": [answers.down, usual] };
  const users = await Promise.allSettled(tabs.map((tab) => tab.accounts.user()));
  const outcomes = users.map(({ value, reason }) => value?.username ?? reason.status);
  assert.deepEqual(outcomes, [503, "ada", "ada"]);
  assert.equal(refreshes(), 2);
});

test("a logout waits for a refresh under way in another tab", async () => {
  const [one, two] = [browser.tab(), browser.tab()];
  browser.access = false;
  const [user] = await Promise.all([one.accounts.user(), delivered().then(() => two.accounts.logout())]);
  assert.equal(user.username, "ada");
  const order = browser.calls.map((call) => call.path).filter((path) => path.startsWith("auth/"));
  assert.deepEqual(order, ["auth/refresh_token/", "auth/logout/"]);
  assert.equal(browser.access, false);
});

test("without Web Locks a tab still refreshes once", async () => {
  navigator.locks = undefined;
  const { accounts } = browser.tab();
  browser.access = false;
  const users = await Promise.all([1, 2, 3].map(() => accounts.user()));
  assert.ok(users.every((user) => user.username === "ada"));
  assert.equal(refreshes(), 1);
  browser.instead = { "auth/login/": answers.cut };
  await assert.rejects(accounts.login({}), TypeError);
  await accounts.logout();
});

test("signing in and out is reported to all tabs, also without a channel to this one", async () => {
  const [one, two] = [browser.tab(), browser.tab()];
  const elsewhere = browser.tab({ base: "/other" });
  await one.accounts.login({});
  await delivered();
  await two.accounts.logout();
  await delivered();
  assert.deepEqual([one.changes, two.changes, elsewhere.changes], [[true, false], [true, false], []]);
  globalThis.BroadcastChannel = undefined;
  const alone = browser.tab();
  await alone.accounts.login({});
  assert.deepEqual(alone.changes, [true]);
});

test("a listener that was removed is not called", async () => {
  const { accounts, changes } = browser.tab();
  const heard = [];
  const stop = accounts.onChange((signedIn) => heard.push(signedIn));
  await accounts.login({});
  stop();
  await accounts.logout();
  assert.deepEqual(heard, [true]);
  assert.deepEqual(changes, [true, false]);
});

test("logging out everywhere refreshes first if it must", async () => {
  const { accounts, changes } = browser.tab();
  browser.instead = { "auth/logout/?everywhere": [answers.notSignedIn, () => Response.json({})] };
  browser.access = false;
  await accounts.logout({ everywhere: true });
  assert.equal(refreshes(), 1);
  assert.deepEqual(changes, [false]);
  assert.equal(browser.calls.at(-1).origin, ORIGIN);
});

test("a stranger's first look asks nothing: there is no CSRF cookie", async () => {
  browser.cookies = "theme=dark";
  browser.access = browser.refresh = false;
  const { accounts } = browser.tab();
  assert.equal(await accounts.user(), null);
  assert.equal(browser.calls.length, 0);
  // A page of another origin cannot see the cookie, and has to ask.
  browser.access = browser.refresh = true;
  const elsewhere = browser.tab({ base: "https://sign-in.test/accounts" });
  browser.instead = { "user/": () => Response.json({ username: "ada" }) };
  assert.equal((await elsewhere.accounts.user()).username, "ada");
});

test("a text is resolved against the base, a URL is one already", async () => {
  const { accounts } = browser.tab();
  const paths = ["user/", "./user/", "/accounts/user/", new URL(`${ORIGIN}/accounts/user/`)];
  for (const path of paths) await accounts.fetch(path);
  assert.equal(browser.count("user/"), paths.length);
  await accounts.fetch("/notes");
  assert.equal(browser.calls.at(-1).path, "/notes");
});

test("no answer is left unread but the one that is handed out", async () => {
  const { accounts } = browser.tab();
  browser.access = false;
  const answers = await Promise.all([1, 2, 3].map(() => accounts.fetch("user/")));
  await Promise.all(answers.map((answer) => answer.json()));
  browser.cookies = "";
  await (await accounts.fetch("user/", { method: "PATCH" })).text();
  await accounts.login({ username: "ada", password: "secret" });
  assert.ok(browser.answered.length > 8);
  const unread = browser.answered.filter((answer) => !answer.bodyUsed);
  assert.deepEqual(unread, []);
});

test("where there is no page there is a client", () => {
  delete globalThis.location;
  delete globalThis.document;
  for (const options of [undefined, { base: "/api" }, { base: "https://app.test/accounts" }]) {
    assert.equal(typeof browser.tab(options).accounts.fetch, "function");
  }
});

test("whoever listens on the channel hears of a logout", async () => {
  const channel = new globalThis.BroadcastChannel(`accounts ${ORIGIN}/accounts/`);
  const heard = [];
  channel.onmessage = ({ data }) => heard.push(data);
  const { accounts, changes } = browser.tab();
  await accounts.user();
  await accounts.logout();
  await delivered();
  assert.deepEqual(heard, [false]);
  // And tells of one: another client in the same tab signed a user in.
  channel.postMessage(true);
  await delivered();
  assert.deepEqual(changes, [false, true]);
});
