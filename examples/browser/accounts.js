// Sign-in with rocket-accounts. Copy this file; docs/front-end.md explains it.

const read = (answer) => answer.json().catch(() => ({}));
// An unread body holds its connection.
const drop = (answer) => { answer.body?.cancel(); };

const good = async (answer) => {
  const body = await read(answer);
  if (answer.ok) return body;
  const { detail = `HTTP ${answer.status}`, code, errors = {} } = body;
  const after = answer.headers.get("Retry-After"); // Seconds or a date.
  const retryAfter = +after || Math.max(0, (Date.parse(after) - Date.now()) / 1000) || 0;
  throw Object.assign(new Error(detail), { status: answer.status, code, errors, retryAfter });
};

export function createAccounts({ base = "/accounts" } = {}) {
  const { href = "http://localhost", origin } = globalThis.location ?? {}; // None on a server.
  const home = new URL(`${base}/`, href);
  const credentials = home.origin === origin ? "same-origin" : "include";
  const key = `accounts ${home}`;
  const listeners = new Set();
  let signedIn = false;
  let refreshing;
  let last;

  const tell = (now) => {
    signedIn = now;
    listeners.forEach((listener) => queueMicrotask(() => listener(now))); // One may fail.
  };
  const channel = globalThis.BroadcastChannel && new BroadcastChannel(key);
  if (channel) channel.onmessage = ({ data }) => tell(data);
  const tellAll = (now) => {
    tell(now);
    channel?.postMessage(now);
  };

  // One at a time in all tabs; without Web Locks in this one, and the service forgives the rest.
  const alone = (act) =>
    globalThis.navigator?.locks?.request(key, act) ?? (last = Promise.resolve(last).then(act, act));

  const url = (path) => new URL(path, home);
  const patience = () => AbortSignal.timeout(15000); // Others wait.
  const post = (path, body) => new Request(url(path), {
    method: "POST",
    credentials,
    signal: patience(),
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });

  // Prefixed cookies first: a sibling domain can set the plain one.
  const csrf = () => {
    const cookies = `; ${globalThis.document?.cookie}`;
    const find = (name) => cookies.split(`; ${name}csrftoken=`)[1]?.split(";")[0];
    return find("__Host-") || find("__Secure-") || find("");
  };
  const get = (path) => globalThis.fetch(url(path), { credentials, signal: patience() });

  const send = async (request) => {
    if (!/^(GET|HEAD|OPTIONS)$/.test(request.method)) {
      let token = csrf();
      if (!token) {
        const answer = await get("csrf_token/");
        if (!answer.ok) return answer;
        ({ token } = await read(answer));
      }
      request.headers.set("X-CSRFToken", token);
    }
    return globalThis.fetch(request);
  };

  const refresh = () => refreshing ??= alone(async () => {
    // Another tab may have refreshed meanwhile: the cookies know.
    let now = csrf() && await get("user/");
    if (!now || now.status === 401) {
      if (now) drop(now);
      now = await globalThis.fetch(post("auth/refresh_token/"));
    }
    return new Response(await now.blob(), now);
  }).finally(() => { refreshing = null; });

  const fetch = async (input, init) => {
    const at = typeof input === "string" ? url(input) : input;
    if (new URL(at.url ?? at).origin !== home.origin) return globalThis.fetch(at, init);
    const request = new Request(at, at.url ? init : { credentials, ...init });
    if (request.credentials === "omit") return globalThis.fetch(request);
    const again = request.clone(); // A body is read once.
    const answer = await send(request);
    if (answer.status !== 401) return answer;
    const { code } = await read(answer.clone());
    if (/^(token_expired|not_authenticated)$/.test(code)) {
      const refreshed = await refresh();
      // Anything but 401 says nothing about the session.
      if (refreshed.status !== 401) {
        drop(answer);
        return refreshed.ok ? send(again) : refreshed.clone();
      }
    }
    if (code && signedIn) tell(false);
    return answer;
  };

  const enter = (path) => async (fields) => {
    const session = await good(await alone(() => globalThis.fetch(post(path, fields))));
    tellAll(true);
    return session;
  };

  return {
    fetch,
    login: enter("auth/login/"),
    register: enter("auth/register/"),
    async logout({ everywhere } = {}) {
      await good(everywhere
        ? await fetch(post("auth/logout/?everywhere"))
        : await alone(() => send(post("auth/logout/"))));
      tellAll(false);
    },
    async user() {
      // The CSRF cookie lives as long as the session, and a page of this origin sees it.
      if (globalThis.document && credentials === "same-origin" && !csrf()) return null;
      const answer = await fetch(url("user/"));
      if (answer.status === 401) return null;
      const user = await good(answer);
      signedIn = true;
      return user;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
