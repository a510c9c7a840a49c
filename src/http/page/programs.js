// The common names of the programs behind a `User-Agent`. Programs claim to be each other, so the
// more specific ones come first.

const BROWSERS = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\b(?:OPR|OPT|Opera)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const SYSTEMS = [
  [/\b(?:iPhone|iPod)\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\b(?:Macintosh|Mac OS X)\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** Returns a name such as "Firefox on Linux"; the first word if it is not a browser. */
export function nameOf(agent) {
  if (!agent) return "unknown program";
  const named = (list) => list.find(([pattern]) => pattern.test(agent))?.[1];
  const [browser, system] = [named(BROWSERS), named(SYSTEMS)];
  if (!browser) return agent.split(/[/ ]/, 1)[0].slice(0, 40) || "unknown program";
  return system ? `${browser} on ${system}` : browser;
}

/** Groups similar sessions: this browser's alone and first, then the most recently used. */
export function alike(sessions) {
  const groups = new Map();
  const order = (one, two) => two.current - one.current
    || two.last_used_at.localeCompare(one.last_used_at);
  for (const session of sessions.toSorted(order)) {
    const looks = session.current ? "current" : `${nameOf(session.user_agent)} ${session.address}`;
    if (!groups.has(looks)) groups.set(looks, []);
    groups.get(looks).push(session);
  }
  return [...groups.values()];
}
