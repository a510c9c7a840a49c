// The panel: every call of this page, with its request and response. It wraps the global `fetch`,
// so that the client is the one that applications use.

const element = (id) => document.getElementById(id);
const SECRET = /^(password|current_password|new_password|token)$/;
let listen = () => {};

/** Calls back with each session body in a response. */
export const onSession = (listener) => { listen = listener; };

const parsed = (text) => {
  try { return JSON.parse(text); } catch { return undefined; }
};

/** Formats JSON, without secrets. */
function shown(text) {
  const hide = (key, value) => (SECRET.test(key) ? "(not shown)" : value);
  const json = parsed(text);
  return json === undefined ? text : JSON.stringify(json, hide, 2);
}

/** The cookies of the site and their paths, as in docs/http-api.md. */
function cookies(base) {
  const [host, secure, flag] = location.protocol === "https:"
    ? ["__Host-", "__Secure-", "; Secure"]
    : ["", "", ""];
  return [
    { name: `${host}access_token`, path: "/", attributes: `HttpOnly; SameSite=Lax; Path=/${flag}` },
    { name: `${secure}refresh_token`, path: `${base}/auth/`, attributes: `HttpOnly; SameSite=Lax; Path=${base}/auth/${flag}` },
    { name: `${host}csrftoken`, path: "/", attributes: `SameSite=Lax; Path=/${flag}` },
  ];
}

/** The changes of cookies by a response, by the contract of its route. */
function changes(base, method, path, status, code) {
  const [access, refresh, csrf] = cookies(base);
  const route = `${method} ${path.slice(base.length + 1).split("?")[0]}`;
  const all = [access, refresh, csrf];
  const sets = (list) => list.map(({ name, attributes }) => `sets ${name}; ${attributes}`);
  const clears = (list) => list.map(({ name }) => `clears ${name}`);
  if (code === "session_ended") return clears(all);
  if (status >= 400) return [];
  if (route === "POST auth/refresh_token/") {
    const unlessKept = (line) => `${line} (unless the refresh token is kept)`;
    return [...sets([access]), ...sets([refresh, csrf]).map(unlessKept)];
  }
  if (/^POST (auth\/(login|register)|user\/password)\/$/.test(route)) return sets(all);
  if (/^(POST auth\/logout|DELETE user)\/$/.test(route)) return clears(all);
  return [];
}

function rows(pairs) {
  const list = document.createElement("dl");
  for (const [term, text] of pairs.filter(([, text]) => text)) {
    const name = document.createElement("dt");
    const value = document.createElement("dd");
    const lines = document.createElement("pre");
    name.textContent = term;
    lines.textContent = text;
    value.append(lines);
    list.append(name, value);
  }
  return list;
}

function add(method, path, status, pairs) {
  const line = document.createElement("li");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const what = document.createElement("span");
  const outcome = document.createElement("span");
  what.className = "code";
  what.textContent = `${method} ${path}`;
  outcome.className = status < 400 ? "status" : "status bad";
  outcome.textContent = status || "no answer";
  summary.append(what, outcome);
  details.append(summary, rows(pairs));
  line.append(details);
  element("calls").prepend(line);
}

/** Records every call from now on. */
export function note(base) {
  const real = globalThis.fetch;
  element("clear").addEventListener("click", () => element("calls").replaceChildren());
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method } = request;
    const { pathname, search } = new URL(request.url);
    const path = pathname + search;
    const body = await request.clone().text();
    const sent = cookies(base).filter((cookie) => pathname.startsWith(cookie.path));
    const headers = [...request.headers].map(([name, value]) =>
      (name === "x-csrftoken" ? "X-CSRFToken: (the value of the CSRF cookie)" : `${name}: ${value}`));
    const pairs = [
      ["Sent headers", headers.join("\n")],
      ["Cookies, if set", sent.map((cookie) => cookie.name).join("\n")],
      ["Sent body", body && shown(body)],
    ];
    try {
      const answer = await real(request);
      const text = await answer.clone().text();
      const json = parsed(text);
      if (json?.access_expires_at) listen(json);
      const { status } = answer;
      add(method, path, status, [...pairs,
        ["Cookies after it", changes(base, method, path, status, json?.code).join("\n")],
        ["Retry-After", answer.headers.get("Retry-After")],
        ["Got", text && shown(text)]]);
      return answer;
    } catch (error) {
      add(method, path, 0, [...pairs, ["Failed", error.message]]);
      throw error;
    }
  };
}
