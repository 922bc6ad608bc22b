//! What stands between a page and whoever reads it: the size of the window, light and dark, the keyboard, a picture.

use serde_json::json;

use super::Browser;

/// Tabs until a place is given up as one that the keyboard does not reach.
const MOST_TABS: usize = 60;

/// The key that `WebDriver` calls so.
const TAB: char = '\u{E004}';

/// How browsers call the two looks.
#[derive(Debug, Clone, Copy)]
pub enum Look {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Browser {
    /// Shows the page that is open as a screen so many CSS pixels wide does, in this look.
    pub async fn looks(&self, width: u32, look: Look) {
        let scheme = match look {
            Look::Light => "light",
            Look::Dark => "dark",
        };
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", size)
            .await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.command("Emulation.setEmulatedMedia", media).await;
    }

    /// A picture of what the window shows: PNG, as base64.
    pub async fn picture(&self) -> String {
        let shown = self.get("/screenshot").await;
        shown.as_str().unwrap_or_default().to_owned()
    }

    async fn command(&self, name: &str, params: serde_json::Value) {
        self.post("/goog/cdp/execute", &json!({"cmd": name, "params": params}))
            .await;
    }

    /// Presses these keys, one after the other, wherever the page has its focus.
    pub async fn press(&self, keys: &str) {
        let actions = keys.chars().flat_map(|key| {
            [
                json!({"type": "keyDown", "value": key.to_string()}),
                json!({"type": "keyUp", "value": key.to_string()}),
            ]
        });
        let keyboard =
            json!({"type": "key", "id": "keyboard", "actions": actions.collect::<Vec<_>>()});
        self.post("/actions", &json!({"actions": [keyboard]})).await;
    }

    /// Goes on by the tabulator to the first place that fits.
    ///
    /// # Panics
    /// If the keyboard does not reach one, or one cannot see where it is.
    pub async fn tab_to(&self, css: &str) {
        let is_there = format!("return document.activeElement.matches({css:?})");
        let mut way = Vec::new();
        while self.run(&is_there).await != json!(true) {
            assert!(way.len() < MOST_TABS, "no way to {css}: {way:?}");
            self.press(&TAB.to_string()).await;
            let script = "return document.activeElement.outerHTML.slice(0, 60)";
            way.push(self.run(script).await);
        }
        let ring = "const look = getComputedStyle(document.activeElement);\
                    return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2";
        assert_eq!(self.run(ring).await, json!(true), "no ring around {css}");
    }
}
