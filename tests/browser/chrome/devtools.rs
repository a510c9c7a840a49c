//! What the `WebDriver` protocol does not reach: the whole cookie jar, and how the screen looks.

use std::path::Path;

use serde_json::{Value, json};

use crate::chrome::Chrome;

impl Chrome {
    /// A command of the `DevTools` protocol.
    #[track_caller]
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", &body)
    }

    /// Everything of a session in the cookie jar, of all sites and paths.
    #[track_caller]
    pub(crate) fn jar(&self) -> Vec<Value> {
        let mut jar = self.whole_jar();
        jar.retain(|cookie| !cookie["name"].as_str().unwrap().ends_with("device"));
        jar
    }

    /// And that of the device, which outlives sessions.
    #[track_caller]
    pub(crate) fn whole_jar(&self) -> Vec<Value> {
        let mut jar = self.devtools("Storage.getCookies", &json!({}));
        serde_json::from_value(jar["cookies"].take()).unwrap()
    }

    /// Throws away the cookie whose name ends so, as the browser does when it runs out.
    #[track_caller]
    pub(crate) fn forget(&self, name: &str) {
        let jar = self.jar();
        let of_name = |cookie: &&Value| cookie["name"].as_str().unwrap().ends_with(name);
        let cookie = jar.iter().find(of_name).unwrap();
        let named = json!({
            "name": cookie["name"], "domain": cookie["domain"], "path": cookie["path"],
        });
        self.devtools("Network.deleteCookies", &named);
    }

    /// Makes the page as large as a screen, light or dark.
    #[track_caller]
    pub(crate) fn look_through(&self, width: u32, height: u32, scheme: &str) {
        let screen = json!({
            "width": width, "height": height, "deviceScaleFactor": 2, "mobile": width < 500,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", &screen);
        let scheme = json!({ "name": "prefers-color-scheme", "value": scheme });
        let media = json!({ "features": [scheme] });
        self.devtools("Emulation.setEmulatedMedia", &media);
    }

    /// Writes the whole page as a picture.
    #[track_caller]
    pub(crate) fn picture(&self, file: &Path) {
        let how = json!({ "captureBeyondViewport": true });
        let shot = self.devtools("Page.captureScreenshot", &how);
        let data = shot["data"].as_str().unwrap();
        let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, data).unwrap();
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}
