import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";

import { FakeBrowser, answers, delivered } from "./fake_browser.js";

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
