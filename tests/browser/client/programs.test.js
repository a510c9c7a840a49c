import assert from "node:assert/strict";
import { test } from "node:test";

import { alike, nameOf } from "../../../src/http/page/programs.js";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test("a session is called what its owner calls the browser", () => {
  for (const [agent, name] of [
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`, "Chrome on Windows"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`, "Edge on Windows"],
    [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0`, "Opera on Linux"],
    [`Mozilla/5.0 (Linux; Android 15) ${WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, "Samsung Internet on Android"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari on macOS"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"],
    ["Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPad"],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`, "Chrome on ChromeOS"],
    [`Mozilla/5.0 ${WEBKIT} HeadlessChrome/140.0.0.0 Safari/537.36`, "Chrome"],
    ["curl/8.14.1", "curl"],
    ["python-requests/2.32.5", "python-requests"],
    ["Grandma's browser", "Grandma's"],
    [null, "unknown program"],
    ["", "unknown program"],
    ["/", "unknown program"],
    ["x".repeat(256), "x".repeat(40)],
  ]) assert.equal(nameOf(agent), name, agent);
});

test("what looks alike is one group, and this browser stands first and alone", () => {
  const session = (id, user_agent, address, last_used_at, current = false) =>
    ({ id, user_agent, address, last_used_at, current });
  const groups = alike([
    session(1, "curl/8.1", "10.0.0.1", "2026-01-01T00:00:01Z"),
    session(2, "curl/8.2", "10.0.0.1", "2026-01-01T00:00:03Z"),
    session(3, "curl/8.2", "10.0.0.2", "2026-01-01T00:00:02Z"),
    session(4, "curl/8.2", "10.0.0.1", "2026-01-01T00:00:00Z", true),
  ]);
  assert.deepEqual(groups.map((group) => group.map(({ id }) => id)), [[4], [2, 1], [3]]);
});
