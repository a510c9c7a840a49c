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
 * What a refusal of the service is thrown as. A network error, or no answer within 15 seconds, is
 * thrown as `fetch` throws it and has no `status`.
 */
export interface AccountsError extends Error {
  readonly status: number;
  /** Stable; listed in docs/http-api.md. Not set if something else than the service answered. */
  readonly code: string | undefined;
  /** What is wrong, by field, for `invalid_fields`. */
  readonly errors: Record<string, string[]>;
  /** Seconds to wait, for 429 and 503, whether `Retry-After` has seconds or a date; otherwise 0. */
  readonly retryAfter: number;
}

export interface Accounts {
  /**
   * As the global `fetch`, with the CSRF header on unsafe requests to the service's origin. If the
   * access token has run out, refreshes once and sends the request once more. A text is resolved
   * against `base`: `user/` is a route of the service, `/notes` one of the site. What `input` or
   * `init` say of credentials counts; with `omit`, and for other origins, it is the global `fetch`.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** `remember: false` signs out with the end of the browser; true if not given. */
  login(fields: { username: string; password: string; remember?: boolean }): Promise<Session>;
  register(fields: {
    username: string;
    password: string;
    remember?: boolean;
    first_name?: string;
    last_name?: string;
  }): Promise<Session>;
  /** `everywhere` needs a password that was proved in the last ten minutes. */
  logout(options?: { everywhere?: boolean }): Promise<void>;
  /** Who is signed in; null for nobody. Trouble is thrown: it says nothing about the session. */
  user(): Promise<User | null>;
  /**
   * Calls back when somebody signs in or out, in any tab; returns how to stop that. An error that
   * `listener` throws is reported as uncaught, and goes no further.
   */
  onChange(listener: (signedIn: boolean) => void): () => void;
}

export function createAccounts(options?: Options): Accounts;
