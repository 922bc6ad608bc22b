//! A real browser, without script unless a test asks for it: Chromium, steered by its driver over `WebDriver`. Where it is
//! not installed the test says so on the real standard error; `LATCHKEY_TEST_REQUIRE=browser` makes that
//! a failure.

mod axe;
mod screen;

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

pub use self::axe::Axe;
pub use self::screen::Look;
use crate::{environment, eventually};

/// How long the driver may take to be there, and a page to show something.
const PATIENCE: Duration = Duration::from_secs(30);

/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An open window.
pub struct Browser {
    driver: Child,
    port: u16,
    client: reqwest::Client,
    session: String,
    profile: TempDir,
}

impl Browser {
    /// Opens a window in which pages have no script. `None`: skipped, no browser is installed.
    pub async fn without_script(test: &str) -> Option<Self> {
        Self::opened(
            test,
            json!({"profile.managed_default_content_settings.javascript": 2}),
        )
        .await
    }

    /// Opens a window in which pages have script. `None`: skipped, no browser is installed.
    pub async fn with_script(test: &str) -> Option<Self> {
        Self::opened(test, json!({})).await
    }

    async fn opened(test: &str, prefs: Value) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port")
            .port();
        let started = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(driver) = started else {
            environment::skip(test, "browser", "chromedriver is not installed");
            return None;
        };
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .expect("a client");
        let base = format!("http://127.0.0.1:{port}");
        let status = format!("{base}/status");
        eventually(PATIENCE, "the driver is ready", || async {
            client.get(&status).send().await.ok()
        })
        .await;
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut browser = Self {
            driver,
            port,
            client,
            session: base,
            profile,
        };
        let opened = browser.post("/session", &browser.wishes(&prefs)).await;
        let id = opened["sessionId"].as_str().expect("a session").to_owned();
        browser.session = format!("{}/session/{id}", browser.session);
        Some(browser)
    }

    fn wishes(&self, prefs: &Value) -> Value {
        let profile = self.profile.path().display();
        json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                    "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                    format!("--user-data-dir={profile}"),
                ],
                "prefs": prefs,
            },
        }}})
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let call = self
            .client
            .post(format!("{}{path}", self.session))
            .json(body);
        Self::value(call).await
    }

    async fn get(&self, path: &str) -> Value {
        Self::value(self.client.get(format!("{}{path}", self.session))).await
    }

    async fn value(call: reqwest::RequestBuilder) -> Value {
        match Self::attempt(call).await {
            Ok(value) => value,
            Err(why) => panic!("the browser refuses: {why}"),
        }
    }

    /// What the driver answers, or why it refuses.
    async fn attempt(call: reqwest::RequestBuilder) -> Result<Value, Value> {
        let answer = call.send().await.expect("the driver answers");
        let is_done = answer.status().is_success();
        let mut body: Value = answer.json().await.expect("JSON from the driver");
        let value = body["value"].take();
        if is_done { Ok(value) } else { Err(value) }
    }

    /// Opens a page.
    pub async fn open(&self, url: &str) {
        self.post("/url", &json!({ "url": url })).await;
    }

    /// Loads the page anew, as it was asked for.
    pub async fn reload(&self) {
        self.post("/refresh", &json!({})).await;
    }

    async fn find(&self, css: &str) -> String {
        let found = self
            .post("/element", &json!({"using": "css selector", "value": css}))
            .await;
        let id = found[ELEMENT].as_str().expect("an element");
        format!("/element/{id}")
    }

    /// Types into the first element that fits.
    pub async fn fill(&self, css: &str, text: &str) {
        let element = self.find(css).await;
        self.post(&format!("{element}/clear"), &json!({})).await;
        self.post(&format!("{element}/value"), &json!({ "text": text }))
            .await;
    }

    /// Clicks the first element that fits.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        self.post(&format!("{element}/click"), &json!({})).await;
    }

    /// Sets a cookie for the site of the page that is open.
    pub async fn cookie(&self, name: &str, value: &str) {
        let cookie = json!({"cookie": {"name": name, "value": value, "httpOnly": true}});
        self.post("/cookie", &cookie).await;
    }

    /// Forgets a cookie of the site of the page that is open.
    pub async fn forget(&self, name: &str) {
        let call = self
            .client
            .delete(format!("{}/cookie/{name}", self.session));
        Self::value(call).await;
    }

    /// The text of the first element that fits.
    pub async fn text_of(&self, css: &str) -> String {
        let element = self.find(css).await;
        let text = self.get(&format!("{element}/text")).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The text that the page shows.
    pub async fn text(&self) -> String {
        self.text_of("body").await
    }

    /// Waits until the page shows `text`.
    pub async fn shows(&self, text: &str) {
        // Between two pages there is no element, or one that is gone when it is asked.
        eventually(PATIENCE, text, || async {
            let body = json!({"using": "css selector", "value": "body"});
            let path = format!("{}/element", self.session);
            let found = Self::attempt(self.client.post(path).json(&body))
                .await
                .ok()?;
            let id = found[ELEMENT].as_str()?;
            let path = format!("{}/element/{id}/text", self.session);
            let shown = Self::attempt(self.client.get(path)).await.ok()?;
            shown.as_str()?.contains(text).then_some(())
        })
        .await;
    }

    /// What a script on the page that is open returns.
    pub async fn run(&self, script: &str) -> Value {
        let body = json!({"script": script, "args": []});
        self.post("/execute/sync", &body).await
    }

    /// What the browser complained of since this was asked last.
    pub async fn complaints(&self) -> Value {
        self.post("/se/log", &json!({"type": "browser"})).await
    }

    /// Closes the window; the driver ends with the value.
    pub async fn close(self) {
        let call = self.client.delete(&self.session);
        Self::value(call).await;
    }
}

impl Drop for Browser {
    /// A driver that is killed leaves its browser running for ever, so it is asked to close it.
    fn drop(&mut self) {
        if shut_down(self.port).is_err() {
            drop(self.driver.kill());
        }
        drop(self.driver.wait());
    }
}

/// Answers when the driver has closed its windows; it ends by itself then.
fn shut_down(port: u16) -> io::Result<()> {
    let mut driver = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    driver.set_read_timeout(Some(PATIENCE))?;
    driver.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    driver.read_exact(&mut [0])
}
