//! A headless Chromium, driven by the DevTools protocol through two pipes.
//!
//! Each command is one JSON object that ends in a zero byte; Chromium's answers and events come back in the same form.
//! Not here: the expectations of the tests.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use nix::{sys::stat::Mode, unistd::mkfifo};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The names of the program, as systems have it.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one page.
pub struct Browser {
    child: Child,
    commands: File,
    messages: Receiver<Value>,
    session: Option<String>,
    number: u64,
    /// The events so far.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts the browser of this machine; none, with a notice, if there is none.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    pub fn start() -> Option<Self> {
        let is_there = |name: &&&str| {
            let version = Command::new(name).arg("--version").output();
            version.is_ok_and(|output| output.status.success())
        };
        let Some(name) = NAMES.iter().find(is_there) else {
            eprintln!(
                "\n*** SKIPPED: THE PAGE WAS NOT OPENED IN A BROWSER: install chromium (Debian: apt-get install chromium) ***\n"
            );
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let [to, from] = ["to", "from"].map(|name| profile.path().join(name));
        for pipe in [&to, &from] {
            mkfifo(pipe, Mode::S_IRWXU).unwrap();
        }
        // Chromium reads commands from descriptor 3 and answers on descriptor 4.
        let child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<\"$TO\" 4>\"$FROM\"", "sh", name])
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("TO", &to)
            .env("FROM", &from)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = OpenOptions::new().write(true).open(&to).unwrap();
        let answers = BufReader::new(File::open(&from).unwrap());
        let (tell, messages) = channel();
        thread::spawn(move || {
            for message in answers.split(0) {
                let message = message.ok().and_then(|it| serde_json::from_slice(&it).ok());
                if message.is_none_or(|message| tell.send(message).is_err()) {
                    return;
                }
            }
        });
        let mut browser = Self {
            child,
            commands,
            messages,
            session: None,
            number: 0,
            events: Vec::new(),
            _profile: profile,
        };
        let target = browser.ask("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.ask("Target.attachToTarget", attach);
        browser.session = Some(session["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// The answer to a command.
    #[track_caller]
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Waits until an expression is true on a page that may be loading.
    pub fn wait_until(&mut self, expression: &str) {
        let begun = Instant::now();
        let params = json!({"expression": expression, "returnByValue": true});
        while self.answer("Runtime.evaluate", params.clone())["result"]["result"]["value"] != true {
            assert!(begun.elapsed() < PATIENCE, "{expression}");
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn answer(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let mut command = json!({"id": self.number, "method": method, "params": params});
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        let mut bytes = serde_json::to_vec(&command).unwrap();
        bytes.push(0);
        self.commands.write_all(&bytes).unwrap();
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect(method);
            if message["id"] == self.number {
                return message;
            }
            self.events.push(message);
        }
    }

    /// Opens a file, with a fragment after it, and waits until it is loaded.
    pub fn open(&mut self, path: &Path, fragment: &str) {
        self.events.clear();
        let url = format!("file://{}{fragment}", path.display());
        self.ask("Page.navigate", json!({"url": url}));
        self.wait_for("Page.loadEventFired");
    }

    /// Waits for an event that has not been waited for yet.
    #[track_caller]
    pub fn wait_for(&mut self, method: &str) {
        let is_it = |event: &Value| event["method"] == method;
        if let Some(at) = self.events.iter().position(is_it) {
            self.events.remove(at);
            return;
        }
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect(method);
            if is_it(&message) {
                return;
            }
            self.events.push(message);
        }
    }

    /// The events of these kinds since the page was opened.
    pub fn events(&self, methods: &[&str]) -> Vec<&Value> {
        let is_meant = |event: &&Value| methods.iter().any(|method| event["method"] == *method);
        self.events.iter().filter(is_meant).collect()
    }

    /// The value of an expression on the page.
    #[track_caller]
    pub fn value(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.ask("Runtime.evaluate", params);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    /// Presses a key that is not a letter.
    pub fn press(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let params =
                json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
            self.ask("Input.dispatchKeyEvent", params);
        }
    }

    /// Shows the page in this theme.
    pub fn theme(&mut self, name: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": name}]);
        self.ask("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// The role and the name of everything that a screen reader meets, in order.
    pub fn spoken(&mut self) -> Vec<(String, String)> {
        let tree = self.ask("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().unwrap().iter();
        let nodes = nodes.filter(|node| node["ignored"] != true);
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        nodes
            .map(|node| (text(&node["role"]), text(&node["name"])))
            .collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
