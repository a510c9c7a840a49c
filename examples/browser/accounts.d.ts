/** The user as `GET user/` answers. */
export interface User {
  id: string;
  username: string;
  first_name: string;
  last_name: string;
}

/** What login and registration answer; times in RFC 3339, UTC. */
export interface Session {
  user: User;
  session_id: string;
  access_expires_at: string;
  refresh_expires_at: string;
}

export interface Options {
  /** Path, or URL, below which the service is mounted; `/accounts` if not given. */
  base?: string;
}

/**
 * The error for a refusal of the service. A network error, or no answer within 15 seconds, is
 * thrown as `fetch` throws it and has no `status`.
 */
export interface AccountsError extends Error {
  readonly status: number;
  /** Stable; listed in docs/http-api.md. Not set if the answer is not from the service. */
  readonly code: string | undefined;
  /** What is wrong, by field, for `invalid_fields`. */
  readonly errors: Record<string, string[]>;
  /** Seconds to wait, for 429 and 503, whether `Retry-After` has seconds or a date; otherwise 0. */
  readonly retryAfter: number;
}

export interface Accounts {
  /**
   * As the global `fetch`, with the CSRF header on unsafe requests to the service's origin. If the
   * access token has expired, refreshes once and repeats the request. A string is resolved
   * against `base`: `user/` is a route of the service, `/notes` one of the site. The credentials of
   * `input` or `init` apply; with `omit`, and for other origins, it is the global `fetch`.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** With `remember: false` the session ends when the browser is closed; true if not given. */
  login(fields: { username: string; password: string; remember?: boolean }): Promise<Session>;
  register(fields: {
    username: string;
    password: string;
    remember?: boolean;
    first_name?: string;
    last_name?: string;
  }): Promise<Session>;
  /** `everywhere` needs a password that was confirmed in the last ten minutes. */
  logout(options?: { everywhere?: boolean }): Promise<void>;
  /** The signed-in user, or null. Failures are thrown: the session may still be live. */
  user(): Promise<User | null>;
  /**
   * Calls back after a sign-in or sign-out in any tab; returns a function to stop that. An error of
   * `listener` is reported as uncaught, and not thrown.
   */
  onChange(listener: (signedIn: boolean) => void): () => void;
}

export function createAccounts(options?: Options): Accounts;
