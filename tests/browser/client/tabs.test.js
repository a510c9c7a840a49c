import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { ORIGIN, FakeBrowser, answers, delivered } from "./fake_browser.js";

let browser;
beforeEach(() => { browser = new FakeBrowser(); });
afterEach(() => browser.close());

const refreshes = () => browser.count("auth/refresh_token/");

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
