// Stand-ins for what browsers have and Node has not: one service with one session, and tabs that
// share a cookie jar, locks and a channel.

import { createAccounts } from "../../../examples/browser/accounts.js";

export const ORIGIN = "https://app.test";

const problem = (status, code, headers = {}) => () =>
  new Response(JSON.stringify({ status, code, detail: `It is ${code}.` }), { status, headers });

/** Answers of the service. */
export const answers = {
  expired: problem(401, "token_expired"),
  notSignedIn: problem(401, "not_authenticated"),
  ended: problem(401, "session_ended"),
  wrong: problem(401, "invalid_credentials"),
  missing: problem(401, "refresh_token_missing"),
  slow: problem(429, "too_many_attempts", { "Retry-After": "7" }),
  down: problem(503, "unavailable", { "Retry-After": "2" }),
  weak: () => new Response(
    JSON.stringify({ status: 400, code: "invalid_fields", errors: { password: ["too short"] } }),
    { status: 400 },
  ),
  cut: () => { throw new TypeError("fetch failed"); },
};

/** Web Locks: whoever asks first comes first, whichever tab. */
class Locks {
  #queues = new Map();

  async request(name, act) {
    const turn = (this.#queues.get(name) ?? Promise.resolve()).then(() => act());
    this.#queues.set(name, turn.catch(() => {}));
    return turn;
  }
}

const RealRequest = globalThis.Request;
const RealBroadcastChannel = globalThis.BroadcastChannel;

/** A browser in front of a service that knows one user. */
export class FakeBrowser {
  /** Every request in the order it arrived: method, path, CSRF header, body. */
  calls = [];
  cookies = "__Host-csrftoken=csrf";
  /** Whether the access cookie is there and good, and the refresh cookie. */
  access = true;
  refresh = true;
  /** Answers that come instead of the usual ones, by path. */
  instead = {};
  /** Every answer that was handed out. */
  answered = [];
  #channels = [];

  constructor() {
    const browser = this;
    const set = (name, value) =>
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    set("location", new URL(`${ORIGIN}/`));
    set("document", { get cookie() { return browser.cookies; } });
    set("navigator", { locks: new Locks() });
    set("Request", class extends RealRequest {
      constructor(input, init) {
        super(input instanceof RealRequest ? input : new URL(input, ORIGIN), init);
      }
    });
    set("BroadcastChannel", class extends RealBroadcastChannel {
      constructor(name) {
        super(name);
        browser.#channels.push(this);
      }
    });
    set("fetch", async (input, init) => {
      const answer = await this.#serve(new Request(input, init));
      this.answered.push(answer);
      return answer;
    });
  }

  /** A tab with the client loaded; what `onChange` reported is in `changes`. */
  tab(options) {
    const accounts = createAccounts(options);
    const changes = [];
    accounts.onChange((signedIn) => changes.push(signedIn));
    return { accounts, changes };
  }

  /** Closes all tabs: Node would wait for their channels. */
  close() {
    this.#channels.forEach((channel) => channel.close());
  }

  count(path) {
    return this.calls.filter((call) => call.path === path).length;
  }

  async #serve(request) {
    const { origin, pathname, search } = new URL(request.url);
    const path = pathname.replace("/accounts/", "") + search;
    const csrf = request.headers.get("X-CSRFToken");
    // What the cookies are when it leaves, not when the answer is written.
    const { access, refresh } = this;
    const body = await request.text();
    this.calls.push({ method: request.method, path, csrf, body, origin, mode: request.credentials });
    // Across the network and back: others run in between.
    await new Promise((next) => setTimeout(next, 2));
    const instead = this.instead[path];
    if (instead) return (Array.isArray(instead) ? instead.shift() : instead)();
    if (origin !== ORIGIN) return new Response("elsewhere");
    if (path === "auth/refresh_token/") {
      if (!refresh) return answers.missing();
      this.access = true;
      return Response.json({ user: { username: "ada" } });
    }
    if (path === "auth/login/" || path === "auth/register/") {
      this.access = this.refresh = true;
      return Response.json({ user: { username: "ada" } });
    }
    if (path.startsWith("auth/logout/")) {
      this.access = this.refresh = false;
      return Response.json({});
    }
    if (path === "csrf_token/") return Response.json({ token: "fetched" });
    if (!access) return answers.notSignedIn();
    return Response.json({ username: "ada", body });
  }
}

/** A message of a channel has arrived everywhere. */
export const delivered = () => new Promise((next) => setTimeout(next, 20));
