//! What a person does on the page.

use accounts_testkit::PASSWORD;
use serde_json::Value;

use crate::chrome::Chrome;

impl Chrome {
    /// Opens the page and registers by clicking.
    #[track_caller]
    pub(crate) fn register(&self, origin: &str, name: &str) {
        self.open(&format!("{origin}/"));
        self.wait_for_status("Not signed in.");
        self.fill("#register [name=username]", name);
        self.fill("#register [name=password]", PASSWORD);
        self.click("#register button");
        self.wait_for_status(&format!("Signed in as {name}."));
    }

    /// Logs in on a page that is open.
    #[track_caller]
    pub(crate) fn log_in(&self, name: &str, password: &str) {
        self.fill("#login [name=username]", name);
        self.fill("#login [name=password]", password);
        self.click("#login button");
        self.wait_for_status(&format!("Signed in as {name}."));
    }

    /// Whether the page shows what only strangers see.
    #[track_caller]
    pub(crate) fn shows_signed_out(&self) -> bool {
        let hidden = "return [stranger.hidden, member.hidden]";
        self.run(hidden) == serde_json::json!([false, true])
    }

    /// The name that `accounts.user()` of a new client answers, null if not signed in.
    #[track_caller]
    pub(crate) fn user(&self) -> Value {
        self.run(
            "const { createAccounts } = await import('/accounts.js');
             return (await createAccounts().user())?.username ?? null;",
        )
    }

    /// How many refreshes this tab has sent since it was loaded.
    #[track_caller]
    pub(crate) fn refreshes(&self) -> u64 {
        let count = self.run(
            "return performance.getEntriesByType('resource')
               .filter((entry) => entry.name.includes('refresh_token')).length;",
        );
        count.as_u64().unwrap()
    }

    /// The names of the session's cookies in the jar, in order.
    #[track_caller]
    pub(crate) fn cookie_names(&self) -> Vec<String> {
        let jar = self.jar();
        let names = jar
            .iter()
            .map(|cookie| cookie["name"].as_str().unwrap().to_owned());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }
}
