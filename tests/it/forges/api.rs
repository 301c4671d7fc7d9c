//! GitHub's own interface: pages, marks, pauses, redirects, and answers that are none.
//!
//! Not here: gh and glab (`programs`).

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use serde_json::{Value, json};

use super::{
    TOKEN, data, entries, observe_at, observe_with,
    server::{Repository, Request, Response, Server},
    world,
};
use crate::world::World;

fn serve(repository: Repository) -> Server {
    Server::begin(move |request| repository.answer(request))
}

/// Every file below a folder that has this text.
fn files_with(folder: &std::path::Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text))
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn all_of_120_pull_requests_are_read_though_the_forge_gets_only_few_done_at_once() {
    for at_once in [20, 10, 3] {
        let world = world();
        let server = serve(Repository {
            at_once,
            ..Repository::with(120, 2)
        });
        let told = data(&observe_at(&world, &server.address, &[]));
        assert_eq!(told["read"], 120);
        assert_eq!(told["recorded"].as_array().unwrap().len(), 120);
        assert_eq!(told["repository"], "https://github.com/acme/plan");
        let last = &told["pull_requests"][119];
        assert_eq!(last["title"], "Change 120 🌒");
        assert_eq!(
            last["checks"],
            json!({"result": "failing", "passing": 1, "failing": 1, "pending": 1})
        );
        assert_eq!(
            (&last["review"], &last["mergeable"]),
            (&json!("approved"), &json!(true))
        );
        let first = &told["pull_requests"][0];
        assert_eq!(
            (&first["state"], &first["checks"]),
            (&json!("merged"), &Value::Null)
        );
        let requests = server.requests();
        let sizes = requests.iter().filter(|it| it.path.contains("/pulls?"));
        assert!(sizes.clone().count() > 5);
        let rollups = requests.iter().filter(|it| it.path.contains("/check-runs"));
        assert_eq!(rollups.count(), 2, "only those of open ones");
        world.done("verify");
    }
}

#[test]
fn what_has_not_changed_is_asked_for_by_its_mark_and_makes_no_entry() {
    let world = world();
    let server = serve(Repository::with(30, 1));
    data(&observe_at(&world, &server.address, &[]));
    let first = server.requests();
    assert!(
        first
            .iter()
            .all(|it| !it.headers.contains_key("if-none-match"))
    );
    let count = entries(&world);
    let told = data(&observe_at(&world, &server.address, &[]));
    assert_eq!((&told["entry"], &told["read"]), (&Value::Null, &json!(30)));
    assert_eq!(entries(&world), count);
    let again = server.requests();
    assert_eq!(again.len(), first.len());
    assert!(
        again
            .iter()
            .all(|it| it.headers.contains_key("if-none-match")),
        "{again:?}"
    );
}

#[test]
fn the_token_goes_to_the_forge_and_nowhere_else() {
    let world = world();
    let server = serve(Repository::with(3, 1));
    let told = observe_at(&world, &server.address, &[]);
    data(&told);
    let wanted = format!("Bearer {TOKEN}");
    assert!(
        server
            .requests()
            .iter()
            .all(|it| it.headers["authorization"] == wanted)
    );
    assert!(!format!("{told:?}").contains(TOKEN));
    assert_eq!(files_with(&world.work(), TOKEN), [""; 0]);
    assert_eq!(files_with(&world.home(), TOKEN), [""; 0]);
}

#[test]
fn a_renamed_repository_is_followed_but_never_to_another_host() {
    let world = world();
    let other = Server::begin(|_| Response::ok(&json!([])));
    let elsewhere = other.address.clone();
    let server = Server::begin(move |request| {
        let repository = Repository::with(3, 0);
        if let Some(rest) = request.path.strip_prefix("/repositories/7/") {
            let path = format!("/repos/acme/plan/{rest}");
            return repository.answer(&Request {
                path,
                ..request.clone()
            });
        }
        let to = request
            .path
            .replace("/repos/acme/plan/", "/repositories/7/");
        Response::Answer(301, vec![("location", to)], String::new())
    });
    let told = data(&observe_at(&world, &server.address, &[]));
    assert_eq!(told["read"], 3);
    let server = Server::begin(move |request| {
        let to = format!("{elsewhere}{}", request.path);
        Response::Answer(302, vec![("location", to)], String::new())
    });
    let told = observe_at(&world, &server.address, &[]);
    told.failed("forge_untrusted", 128);
    assert!(
        other.requests().is_empty(),
        "nothing is sent to the other host"
    );
    for to in [
        "//127.0.0.1.evil.example/x",
        "http://127.0.0.1@evil.example/",
        "file:///etc/passwd",
        "",
    ] {
        let server = Server::begin(move |_| {
            Response::Answer(302, vec![("location", to.to_owned())], String::new())
        });
        observe_at(&world, &server.address, &[]).failed("forge_untrusted", 128);
    }
    // For ever to itself.
    let server = Server::begin(|request| {
        Response::Answer(302, vec![("location", request.path.clone())], String::new())
    });
    observe_at(&world, &server.address, &[]).failed("forge_failed", 128);
}

#[test]
fn a_short_pause_is_waited_for_and_a_long_one_is_a_failure_that_lasts() {
    let world = world();
    let count = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&count);
    let server = Server::begin(move |request| match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Response::Answer(429, vec![("retry-after", "1".to_owned())], String::new()),
        _ => Repository::with(3, 0).answer(request),
    });
    let begun = Instant::now();
    assert_eq!(data(&observe_at(&world, &server.address, &[]))["read"], 3);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    let reset = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs()
        + 3000;
    let server = Server::begin(move |_| {
        let headers = vec![
            ("x-ratelimit-remaining", "0".to_owned()),
            ("x-ratelimit-reset", reset.to_string()),
        ];
        Response::Answer(403, headers, "{}".to_owned())
    });
    let told = observe_at(&world, &server.address, &[]);
    told.failed("forge_rate_limited", 128);
    let message = told.json()["error"]["message"].to_string();
    assert!(
        message.contains("takes no more requests until "),
        "{message}"
    );
    assert_eq!(server.requests().len(), 1);
    // The pause is kept to, also by the next command.
    observe_at(&world, &server.address, &[]).failed("forge_rate_limited", 128);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_forge_that_says_nothing_is_given_up_at_the_time_limit() {
    let world = world();
    let server = Server::begin(|_| Response::Silence);
    let begun = Instant::now();
    observe_at(&world, &server.address, &["--timeout", "1s"]).failed("forge_timed_out", 128);
    assert!(begun.elapsed() < Duration::from_secs(20));
    let server = Server::begin(|_| Response::status(504));
    observe_at(&world, &server.address, &[]).failed("forge_timed_out", 128);
}

#[test]
fn without_a_connection_the_last_observation_is_shown_with_its_age_and_that_is_no_error() {
    let world = world();
    let nowhere = "http://127.0.0.1:1";
    let told = observe_at(&world, nowhere, &[]);
    assert_eq!(data(&told)["problem"]["code"], "forge_offline");
    assert!(
        told.stderr
            .contains("cannot be reached; nothing was observed yet"),
        "{told:?}"
    );
    let server = serve(Repository::with(3, 1));
    data(&observe_at(&world, &server.address, &[]));
    let told = observe_at(&world, nowhere, &[]);
    let shown = data(&told);
    assert_eq!(shown["pull_requests"].as_array().unwrap().len(), 3);
    assert!(shown["observed"].is_string(), "{shown}");
    assert!(
        told.stderr
            .contains("cannot be reached; the last observation is of"),
        "{told:?}"
    );
    assert!(told.stderr.contains(" ago)"), "{told:?}");
    assert!(told.stderr.contains("hint: "), "{told:?}");
}

fn answered(
    world: &World,
    response: impl Fn() -> Response + Send + Sync + 'static,
) -> (String, String) {
    let server = Server::begin(move |_| response());
    let told = observe_at(world, &server.address, &[]);
    assert_eq!(told.code, 128, "{told:?}");
    assert!(
        !told.stderr.contains('\u{1b}') && !told.stderr.contains(TOKEN),
        "{told:?}"
    );
    let error = &told.json()["error"];
    assert!(error["hint"].is_string(), "{error}");
    (
        error["code"].as_str().unwrap().to_owned(),
        error["message"].as_str().unwrap().to_owned(),
    )
}

/// Makes the same answer each time.
type Answering = Box<dyn Fn() -> Response + Send + Sync>;

#[test]
fn an_answer_that_is_none_is_refused_with_the_reason_and_nothing_is_recorded() {
    let world = world();
    let count = entries(&world);
    let page = Response::ok;
    let text = |text: &'static str| Response::Answer(200, Vec::new(), text.to_owned());
    let cases: Vec<(Answering, &str, &str)> = vec![
        (
            Box::new(|| Response::status(401)),
            "forge_token_refused",
            "does not accept the token",
        ),
        (
            Box::new(|| Response::status(404)),
            "forge_denied",
            "github.com/acme/plan does not exist",
        ),
        (
            Box::new(|| Response::status(500)),
            "forge_failed",
            "status 500",
        ),
        (
            Box::new(move || text("<html>\u{1b}[2J</html>")),
            "bad_pull_requests",
            "not complete JSON",
        ),
        (
            Box::new(move || text("[{\"number\": 7, \"titl")),
            "bad_pull_requests",
            "not complete JSON",
        ),
        (
            Box::new(move || text("{}")),
            "bad_pull_requests",
            "not a list",
        ),
        (
            Box::new(move || text("[7]")),
            "bad_pull_requests",
            "no 'number'",
        ),
        (
            Box::new(move || page(&json!([{"number": 7, "head": {}, "title": 7}]))),
            "bad_pull_requests",
            "#7: 'title'",
        ),
        (
            Box::new(|| {
                Response::Bytes(
                    b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n[{\"number\"".to_vec(),
                )
            }),
            "bad_pull_requests",
            "ended early",
        ),
        (
            Box::new(|| {
                let mut bytes = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n[".to_vec();
                bytes.resize(20 << 20, b' ');
                Response::Bytes(bytes)
            }),
            "bad_pull_requests",
            "larger than 16 MiB",
        ),
        (
            Box::new(|| Response::Bytes(b"\x00\x01 no http\r\n\r\n".to_vec())),
            "forge_failed",
            "gives no answer",
        ),
    ];
    for (response, code, why) in cases {
        let (told, message) = answered(&world, response);
        assert_eq!(told, code, "{message}");
        assert!(message.contains(why), "{message}");
    }
    assert_eq!(entries(&world), count);
}

#[test]
fn hostile_texts_of_a_forge_are_recorded_and_stay_texts() {
    let world = world();
    let mut repository = Repository::with(1, 0);
    repository.pulls[0]["title"] = json!("</script>\u{1b}[31m\u{202e} `rm`\n# x");
    let server = serve(repository);
    let told = observe_at(&world, &server.address, &[]);
    assert!(!told.stdout.contains('\u{1b}'), "{told:?}");
    let status = world.done("status");
    assert!(
        status.contains("</script>\\u{1b}[31m\\u{202e} `rm`\\n# x"),
        "{status}"
    );
    world.done("verify");
}

#[test]
fn a_token_is_not_sent_to_an_address_that_is_not_encrypted() {
    let world = world();
    observe_at(&world, "http://git.acme.example/api/v3", &[]).failed("forge_untrusted", 128);
    // Without a token, there is only gh.
    let told = observe_with(&world, &[], |command| {
        _ = command.env("GITHUB_API_URL", "http://127.0.0.1:1")
    });
    told.failed("forge_not_installed", 128);
}

#[test]
fn what_the_token_may_not_see_stays_unknown() {
    let world = world();
    let server = Server::begin(|request| match &*request.path {
        path if path.contains("/check-runs") || path.contains("/reviews") => Response::status(403),
        path if path.contains("/status") => Response::status(404),
        _ => Repository::with(1, 1).answer(request),
    });
    let told = data(&observe_at(&world, &server.address, &[]));
    let request = &told["pull_requests"][0];
    assert_eq!(
        (&request["checks"], &request["review"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(request["mergeable"], false);
}
