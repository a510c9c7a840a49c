// Sign-in with rocket-accounts. Copy this file; docs/front-end.md explains it.

const read = (answer) => answer.clone().json().catch(() => ({}));

const good = async (answer) => {
  const body = await read(answer);
  if (answer.ok) return body;
  const { detail = `HTTP ${answer.status}`, code, errors = {} } = body;
  const retryAfter = Number(answer.headers.get("Retry-After"));
  throw Object.assign(new Error(detail), { status: answer.status, code, errors, retryAfter });
};

export function createAccounts({ base = "/accounts" } = {}) {
  const { href, origin } = globalThis.location;
  const home = new URL(`${base}/`, href);
  const credentials = home.origin === origin ? "same-origin" : "include";
  const key = `accounts ${home}`;
  const listeners = new Set();
  let signedIn = false;
  let renewed = 0; // When this browser last got new cookies; the storage knows of other tabs.
  let refreshing;
  let last;

  const tell = (now) => {
    signedIn = now;
    listeners.forEach((listener) => listener(now));
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

  const renew = () => {
    renewed = Date.now();
    try { localStorage.setItem(key, renewed); } catch {}
  };
  const isRenewed = (since) => {
    let at = renewed;
    try { at = Math.max(at, localStorage.getItem(key)); } catch {}
    return at > since && at <= Date.now(); // Later is a clock that was set back.
  };

  const url = (path) => new URL(path, home);
  const post = (path, body) => new Request(url(path), {
    method: "POST",
    credentials,
    signal: AbortSignal.timeout(15000), // Others wait.
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });

  // With the CSRF header. Prefixed cookies first: a sibling domain can set the plain one.
  const send = async (request) => {
    if (!/^(GET|HEAD|OPTIONS)$/.test(request.method)) {
      const cookies = `; ${globalThis.document?.cookie}`;
      const find = (name) => cookies.split(`; ${name}csrftoken=`)[1]?.split(";")[0];
      let token = find("__Host-") || find("__Secure-") || find("");
      if (!token) {
        const answer = await globalThis.fetch(url("csrf_token/"), { credentials });
        if (!answer.ok) return answer;
        ({ token } = await read(answer));
      }
      request.headers.set("X-CSRFToken", token);
    }
    return globalThis.fetch(request);
  };

  const refresh = (since) => refreshing ??= alone(async () => {
    if (isRenewed(since)) return new Response(); // By another tab, while this one waited.
    const answer = await globalThis.fetch(post("auth/refresh_token/"));
    if (answer.ok) renew();
    return answer;
  }).finally(() => { refreshing = null; });

  const fetch = async (input, init) => {
    const request = new Request(input, { credentials, ...init });
    if (new URL(request.url).origin !== home.origin) return globalThis.fetch(request);
    const again = request.clone(); // A body is read once.
    const since = Date.now();
    const answer = await send(request);
    if (answer.status !== 401) return answer;
    const { code } = await read(answer);
    if (/^(token_expired|not_authenticated)$/.test(code)) {
      const refreshed = await refresh(since);
      if (refreshed.ok) return send(again);
      // Anything but 401 says nothing about the session.
      if (refreshed.status !== 401) return refreshed.clone();
    }
    if (code && signedIn) tell(false);
    return answer;
  };

  const enter = (path) => async (fields) => {
    const session = await alone(async () => {
      const body = await good(await globalThis.fetch(post(path, fields)));
      renew();
      return body;
    });
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
