//! A server that speaks GitHub's interface on this machine, as far as pull requests go.
//!
//! Not here: what is expected of its readers (`api`).

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// A request: its path with the query, and its headers by name in lower case.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: BTreeMap<String, String>,
}

impl Request {
    fn query(&self, name: &str) -> Option<usize> {
        let (_, query) = self.path.split_once('?')?;
        let mut parts = query.split('&').filter_map(|part| part.split_once('='));
        parts.find(|(key, _)| *key == name)?.1.parse().ok()
    }
}

/// What the server does with a request.
pub enum Response {
    /// It answers: status, more headers, content.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// It sends these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// It says nothing.
    Silence,
}

impl Response {
    pub fn ok(content: &Value) -> Self {
        Self::Answer(200, Vec::new(), content.to_string())
    }
    pub fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), "{\"message\": \"no\"}".to_owned())
    }
}

/// A running server. It ends with the test.
pub struct Server {
    /// Its address: `http://127.0.0.1:40001`.
    pub address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub fn begin(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &seen, &*answer));
            }
        });
        Self { address, requests }
    }

    /// The requests since the last call.
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Request>>,
    answer: &(dyn Fn(&Request) -> Response + Send + Sync),
) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let headers = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty());
    let headers = headers.filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    });
    let request = Request {
        path,
        headers: headers.collect(),
    };
    seen.lock().unwrap().push(request.clone());
    // A reader that has gone away in the meantime is what some tests want.
    let _ = match answer(&request) {
        Response::Answer(status, headers, content) => {
            let headers = headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}\r\n"));
            let headers: String = headers.collect();
            let length = content.len();
            stream.write_all(
                format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{content}")
                    .as_bytes(),
            )
        }
        Response::Bytes(bytes) => stream.write_all(&bytes),
        Response::Silence => {
            thread::sleep(Duration::from_secs(60));
            Ok(())
        }
    };
}

/// The repository `acme/plan` with these pull requests, which marks its answers.
pub struct Repository {
    pub pulls: Vec<Value>,
    /// The most that it gets done at once; more is answered with 504.
    pub at_once: usize,
}

impl Repository {
    /// With this number of pull requests, of which the last `open` are open.
    pub fn with(count: usize, open: usize) -> Self {
        let pull = |number: usize| {
            let is_open = number > count - open;
            json!({
                "number": number, "title": format!("Change {number} 🌒"), "draft": false,
                "state": if is_open { "open" } else { "closed" },
                "head": {"ref": format!("feat/{number}"), "sha": format!("{number:040x}"), "repo": null},
                "base": {"ref": "main"}, "user": {"login": "ada"}, "labels": [{"name": "x"}],
                "updated_at": "2025-10-15T08:00:00Z", "body": "not read",
                "merged_at": if is_open { Value::Null } else { json!("2025-10-15T08:00:00Z") },
                "merge_commit_sha": "b".repeat(40), "requested_reviewers": [],
                "html_url": format!("https://github.com/acme/plan/pull/{number}"),
            })
        };
        Self {
            pulls: (1..=count).map(pull).collect(),
            at_once: 20,
        }
    }

    pub fn answer(&self, request: &Request) -> Response {
        let path = request.path.split('?').next().unwrap();
        let Some(rest) = path.strip_prefix("/repos/acme/plan/") else {
            return Response::status(404);
        };
        let size = request.query("per_page").unwrap_or(30);
        let content = match rest.split('/').collect::<Vec<_>>()[..] {
            ["pulls"] if size > self.at_once => return Response::status(504),
            ["pulls"] => {
                let skipped = (request.query("page").unwrap() - 1) * size;
                let newest_first = self.pulls.iter().rev().skip(skipped);
                newest_first.take(size).cloned().collect()
            }
            ["pulls", number] => {
                let number: usize = number.parse().unwrap();
                let mut pull = self.pulls[number - 1].clone();
                pull["mergeable"] = json!(number.is_multiple_of(2));
                pull
            }
            ["pulls", _, "reviews"] => json!([{"user": {"login": "bob"}, "state": "APPROVED"}]),
            ["commits", _, "check-runs"] => json!({"total_count": 2, "check_runs": [
                {"status": "completed", "conclusion": "success"}, {"status": "in_progress", "conclusion": null}]}),
            ["commits", _, "status"] => {
                json!({"state": "failure", "statuses": [{"state": "failure"}]})
            }
            _ => return Response::status(404),
        };
        let content = content.to_string();
        let mark = format!("W/\"{}\"", content.len());
        if request.headers.get("if-none-match") == Some(&mark) {
            return Response::Answer(304, Vec::new(), String::new());
        }
        Response::Answer(200, vec![("etag", mark)], content)
    }
}
