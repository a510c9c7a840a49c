import { note, onSession } from "./calls.js";
import { createAccounts } from "./accounts.js";
import { alike, nameOf } from "./programs.js";

const base = document.documentElement.dataset.base;
const element = (id) => document.getElementById(id);
const time = (text) => new Date(text).toLocaleString();
const say = (text) => { element("status").textContent = text; };

note(base);
const accounts = createAccounts({ base });

/** Calls a route below the base path; an error is thrown as the client throws it. */
async function call(method, path, body) {
  const answer = await accounts.fetch(`${base}/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  const json = await answer.json().catch(() => ({}));
  if (answer.ok) return json;
  const { detail = `HTTP ${answer.status}`, code, errors = {} } = json;
  throw Object.assign(new Error(detail), { status: answer.status, code, errors });
}

/** Runs an action; if it needs a password confirmation, asks for it and runs it again. */
async function proved(act) {
  try {
    return await act();
  } catch (error) {
    if (error.code !== "reauthentication_required") throw error;
  }
  await proof();
  return act();
}

/** Resolves when the password has been confirmed, rejects when that was cancelled. */
function proof() {
  const dialog = element("proof");
  const form = dialog.querySelector("form");
  form.reset();
  show(form);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve, reject) => {
    form.onsubmit = async (event) => {
      if (event.submitter?.value === "cancel") return;
      event.preventDefault();
      try {
        await call("POST", "auth/reauthenticate/", Object.fromEntries(new FormData(form)));
        dialog.close("proved");
      } catch (error) {
        show(form, error);
      }
    };
    dialog.onclose = () => {
      if (dialog.returnValue === "proved") resolve();
      else reject(new Error("Cancelled."));
    };
  });
}

/** Shows the errors of a form, or clears them. */
function show(form, error) {
  const fields = error?.errors ?? {};
  for (const input of form.querySelectorAll("input")) {
    input.setAttribute("aria-invalid", String(input.name in fields));
  }
  const texts = Object.values(fields).flat();
  form.querySelector(".error").textContent = error ? texts.join("\n") || error.message : "";
  const first = form.querySelector("[aria-invalid=true]") ?? form.querySelector("input");
  if (error) first.focus();
}

/** Disables a button while its action runs, and shows the result. */
async function press(button, act, done) {
  button.disabled = true;
  try {
    await act();
    await looking;
    say(done);
  } catch (error) {
    say(error.message);
  } finally {
    button.disabled = false;
  }
}

function onSubmit(id, act, done) {
  const form = element(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const given = [...new FormData(form)].filter(([, value]) => value);
      await act(Object.fromEntries(given));
      form.reset();
      show(form);
      await looking;
      if (done) say(done);
    } catch (error) {
      show(form, error);
    } finally {
      button.disabled = false;
    }
  });
}

function item(session) {
  const line = document.createElement("li");
  const text = document.createElement("p");
  const program = document.createElement("span");
  const here = session.current ? "This browser, since" : "Since";
  text.textContent = `${here} ${time(session.created_at)}, from ${session.address ?? "unknown"}`;
  program.className = "hint";
  program.textContent = nameOf(session.user_agent);
  program.title = session.user_agent ?? "";
  text.append(program);
  const button = document.createElement("button");
  button.className = "quiet";
  button.textContent = "End";
  button.setAttribute("aria-label", `End the session since ${time(session.created_at)}`);
  button.addEventListener("click", () => press(button, async () => {
    await proved(() => call("DELETE", `sessions/${session.id}/`));
    if (session.current) await accounts.logout();
    else await list();
    element("sessions-title").focus();
  }, "Session ended."));
  line.append(text, button);
  return line;
}

/** Groups similar sessions in a line that can be expanded. */
function group(sessions) {
  if (sessions.length < 2) return item(sessions[0]);
  const line = document.createElement("li");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const inner = document.createElement("ul");
  const { user_agent: program, address, last_used_at: used } = sessions[0];
  const from = `from ${address ?? "unknown"}, last used ${time(used)}`;
  line.className = "group";
  summary.title = program ?? "";
  summary.textContent = `${nameOf(program)}: ${sessions.length} sessions ${from}`;
  inner.append(...sessions.map(item));
  details.append(summary, inner);
  line.append(details);
  return line;
}

async function list() {
  const sessions = await call("GET", "sessions/");
  element("sessions").replaceChildren(...alike(sessions).map(group));
  element("end-others").hidden = sessions.length < 2;
  const current = sessions.find((session) => session.current);
  const until = current ? time(current.expires_at) : "";
  element("session-until").textContent = current?.remembered === false
    ? `${until}, or until you close the browser`
    : until;
}

/** The last update, so that the message of an action is shown after it. */
let looking;

/** Loads the signed-in user and updates the page. */
async function look({ moveFocus = false } = {}) {
  let user;
  try {
    user = await accounts.user();
    if (user) await list();
  } catch (error) {
    // A failure does not end the session: the page stays as it is.
    say(`${error.message} Try again in a moment.`);
    return;
  }
  const wasHidden = element("member").hidden;
  element("stranger").hidden = user !== null;
  element("member").hidden = user === null;
  say(user ? `Signed in as ${user.username}.` : "Not signed in.");
  if (user) {
    element("who").textContent = user.username;
    element("name").textContent = `${user.first_name} ${user.last_name}`.trim() || "not given";
    element("id").textContent = user.id;
  } else {
    element("access-until").textContent = "";
  }
  const first = user ? element("who") : document.querySelector("#login input");
  if (moveFocus && wasHidden !== (user === null)) first.focus();
}

onSession((session) => {
  element("access-until").textContent = `${time(session.access_expires_at)}, then renewed automatically`;
});

/** The fields of a form with the box "Keep me signed in", which forms send as "on" or not at all. */
const entering = (enter) => (fields) => enter({ ...fields, remember: fields.remember === "on" });
onSubmit("login", entering(accounts.login));
onSubmit("register", entering(accounts.register));
onSubmit("password", async (fields) => {
  await call("POST", "user/password/", fields);
  await list();
}, "Password changed. All other sessions have ended.");
onSubmit("leave", async (fields) => {
  await call("DELETE", "user/", fields);
  // The cookies are cleared already; this notifies the other tabs.
  await accounts.logout();
}, "Account deleted.");

const onPress = (id, act, done) => {
  const button = element(id);
  button.addEventListener("click", () => press(button, act, done));
};
onPress("logout", () => accounts.logout(), "Logged out.");
onPress("everywhere", () => proved(() => accounts.logout({ everywhere: true })), "Logged out everywhere.");
onPress("end-others", () => proved(() => call("DELETE", "sessions/")).then(list), "All other sessions have ended.");

accounts.onChange(() => { looking = look({ moveFocus: document.hasFocus() }); });
// Another browser may have ended the session while the page was hidden.
document.addEventListener("visibilitychange", () => document.hidden || look());
element("access-until").textContent = "known after the next refresh";
look();
