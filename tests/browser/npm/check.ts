// Compiled, never run: what accounts.d.ts promises is what applications write.
import { createAccounts } from "../../../examples/browser/accounts.js";
import type { Accounts, AccountsError, Session, User } from "../../../examples/browser/accounts.js";

const accounts: Accounts = createAccounts({ base: "/accounts" });
const stop: () => void = accounts.onChange((signedIn: boolean) => void signedIn);

export async function walk(): Promise<string> {
  const session: Session = await accounts.login({
    username: "ada", password: "secret", remember: false,
  });
  const user: User | null = await accounts.user();
  const answer: Response = await accounts.fetch("/notes", { method: "POST", body: "milk" });
  try {
    await accounts.logout({ everywhere: true });
  } catch (error) {
    const { status, code, errors, retryAfter } = error as AccountsError;
    return `${status} ${code} ${errors["password"]?.[0]} ${retryAfter.toFixed()}`;
  }
  stop();
  // @ts-expect-error a login without a password
  await accounts.login({ username: "ada" });
  // @ts-expect-error the service takes no text
  await accounts.register({ username: "ada", password: "secret", remember: "no" });
  // @ts-expect-error there may be no signed-in user
  return (await accounts.user()).username + session.refresh_expires_at + user?.id + answer.status;
}
