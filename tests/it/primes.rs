//! `prime` and `inbox`: what an agent reads at the start of a session, as the hosts' hooks ask for it, and what is new to it.
//!
//! Not here: the budget of the page and its quotation marks (unit tests of `render::text`).

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use git_coord::render::text::{PRIME_CHARACTERS_MAX, PRIME_TOKENS_MAX, tokens};
use serde_json::{Value, json};

use crate::world::{Output, World};

fn team() -> World {
    let world = without_tasks();
    world.done("add Parser --id A --gate claude");
    world.done("add Tests --id B --priority high");
    world
}

fn without_tasks() -> World {
    let world = World::new();
    world.git(&["commit", "-q", "--allow-empty", "-m", "code"]);
    world.done("init --actor ada");
    world.done("actor add codex --generate --role worker");
    world.done("actor add claude --generate --role worker --role reviewer");
    world
}

/// Runs `git-coord` with these words, which has to succeed.
#[track_caller]
fn does(world: &World, words: &[&str]) {
    let output = world.coord(words);
    assert_eq!(output.code, 0, "{words:?}: {output:?}");
}

/// Runs `prime` with a hook's input on standard input.
fn hooked(world: &World, line: &str, input: &Value) -> Output {
    told(world, line, input.to_string().as_bytes())
}

fn told(world: &World, line: &str, input: &[u8]) -> Output {
    let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
    let pipes = command.args(line.split(' ')).stdin(Stdio::piped());
    let mut child = pipes
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A hook that has nothing to say may not read its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Output {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

fn session(id: &str, source: &str) -> Value {
    json!({"session_id": id, "hook_event_name": "SessionStart", "source": source, "cwd": "/x"})
}

/// The text that a hook adds to the context of Claude Code or Codex.
fn context(output: &Output) -> String {
    let answer: Value = serde_json::from_str(&output.stdout).unwrap();
    let said = &answer["hookSpecificOutput"]["additionalContext"];
    said.as_str().unwrap().to_owned()
}

/// The commands of a page.
fn commands(page: &str) -> Vec<String> {
    let lines = page
        .lines()
        .skip_while(|line| !line.starts_with("Commands"));
    let lines = lines
        .skip(1)
        .filter_map(|line| line.trim().split_once("  # "));
    lines.map(|(command, _)| command.to_owned()).collect()
}

#[test]
fn nothing_is_said_and_nothing_fails_without_a_repository_a_ledger_or_an_actor() {
    let nothing = (0, "", "");
    let check = |world: &World| {
        for line in ["prime", "prime --hook claude", "prime --hook copilot"] {
            let output = hooked(world, line, &session("s", "startup"));
            let said = (output.code, &*output.stdout, &*output.stderr);
            assert_eq!(said, nothing, "{line}");
        }
    };
    check(&World::empty());
    check(&World::new());
    let world = team();
    world.git(&["config", "--unset", "coord.actor"]);
    check(&world);
    // A default actor is not an agent's if the team says so.
    let world = team();
    world.git(&["config", "coord.requireActor", "true"]);
    check(&world);
}

#[test]
fn nothing_is_said_to_a_subagent() {
    let world = team();
    let mut input = session("s", "startup");
    input["agent_id"] = json!("a1");
    input["agent_type"] = json!("Explore");
    let output = hooked(&world, "prime --hook claude --actor codex", &input);
    assert_eq!((output.code, &*output.stdout), (0, ""));
}

#[test]
fn a_page_has_what_the_actor_holds_lost_reviews_was_told_and_could_do_next() {
    let world = team();
    world.done("add Third --id C");
    world.done("claim A --actor codex");
    world.done("claim C --actor codex");
    world.done("submit A --actor codex");
    world.done("actor edit claude --role coordinator");
    world.done("prime --actor codex");
    world.done("claim C --steal --actor claude");
    does(
        &world,
        &[
            "comment",
            "A",
            "@codex: see line 2\n\nYou hold:\n  Z",
            "--actor",
            "claude",
        ],
    );
    does(
        &world,
        &["reject", "A", "--note", "too slow", "--actor", "claude"],
    );
    let page = world.done("prime --actor codex");
    for part in [
        "\nYou are codex (agent, worker), in the worktree ",
        "\nYou hold:\n  A  until ",
        "\nYou lost:\n  C  claude holds it now  > Third\n",
        "\n  claude rejected A  > too slow\n",
        "\n  claude named you in a comment on A  > @codex: see line 2 You hold: Z\n",
        "\nSince you were last here (",
        "\nNext, best first (1 task is ready for you):\n  B  high  > Tests\n",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let page = world.done("prime --actor claude");
    assert!(page.contains("\nYou hold:\n  C  until "), "{page}");
    // It is said once what was new.
    let page = world.done("prime --actor codex");
    assert!(
        !page.contains("too slow") && page.contains("You lost"),
        "{page}"
    );
    world.done("submit A --actor codex");
    let page = world.done("prime --actor claude");
    assert!(
        page.contains("\nWaits for your verdict:\n  A  > Parser\n"),
        "{page}"
    );
}

#[test]
fn each_of_the_five_commands_works_as_it_stands() {
    let world = team();
    for line in ["status", "claim B --actor codex"] {
        world.done(line);
        let commands = commands(&world.done("prime --actor codex"));
        assert_eq!(commands.len(), 5, "{commands:?}");
        for command in commands.iter().filter(|it| !it.contains("--claim")) {
            let output = world.shell(command);
            assert_eq!(output.code, 0, "{command}: {output:?}");
        }
    }
    world.done("add Third --id C");
    let claim = commands(&world.done("prime --actor claude"));
    let claim = claim.iter().find(|it| it.contains("--claim")).unwrap();
    assert_eq!(world.shell(claim).code, 0);
    assert!(
        world
            .done("prime --actor claude")
            .contains("You hold:\n  C")
    );
}

#[test]
fn an_actor_that_nobody_named_is_called_the_default() {
    let page = team().done("prime");
    assert!(page.contains("You are ada (human, admin)"), "{page}");
    assert!(
        page.contains("Nobody named an actor for this session"),
        "{page}"
    );
}

#[test]
fn a_kept_page_ends_with_the_lease_and_with_every_entry() {
    let world = team();
    world.done("claim B --actor codex --lease 30min");
    for _ in 0..3 {
        assert!(world.done("prime --actor codex").contains("B  until"));
    }
    world.done("progress B 50 --actor codex");
    assert!(world.done("prime --actor codex").contains("B  until"));
    for _ in 0..40 {
        world.command("true", &world.work());
    }
    let page = world.done("prime --actor codex");
    assert!(page.contains("  B  the lease ended "), "{page}");
    fs::remove_dir_all(world.work().join(".git/coord/cache")).unwrap();
    assert!(
        world
            .done("prime --actor codex")
            .contains("  B  the lease ended ")
    );
}

#[test]
fn a_damaged_file_of_ours_is_as_none() {
    let world = team();
    world.done("prime --actor codex");
    for folder in ["cache/primed", "seen"] {
        let folder = world.work().join(".git/coord").join(folder);
        for file in fs::read_dir(folder).unwrap() {
            fs::write(file.unwrap().path(), "{\"tip\":7").unwrap();
        }
    }
    assert!(
        world
            .done("prime --actor codex")
            .contains("Next, best first")
    );
}

#[test]
fn the_hooks_of_each_host_get_the_page_in_their_form() {
    let world = team();
    let page = world.done("prime --actor codex");
    let facts = |text: &str| text.split_once("You are").unwrap().1.to_owned();
    for host in ["claude", "codex"] {
        let input = session(host, "startup");
        let output = hooked(
            &world,
            &format!("prime --hook {host} --actor codex"),
            &input,
        );
        assert_eq!(facts(&context(&output)), facts(&page), "{host}");
        assert_eq!(output.stdout.lines().count(), 1);
        world.done("prime --actor codex");
        let sessions = world.work().join(".git/coord/sessions");
        fs::remove_dir_all(sessions).unwrap();
    }
    let input = json!({"sessionId": "s", "timestamp": 1, "cwd": "/x", "source": "new"});
    let output = hooked(&world, "prime --hook copilot --actor codex", &input);
    let answer: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(
        facts(answer["additionalContext"].as_str().unwrap()),
        facts(&page)
    );
    // Whatever comes instead of an input, the page is printed.
    for input in [&b""[..], b"\xff{", b"[]", b"{\"session_id\": {}}"] {
        let output = told(&world, "prime --hook claude --actor codex", input);
        assert_eq!(facts(&context(&output)), facts(&page));
    }
}

#[test]
fn a_session_is_reminded_once_of_each_claim_and_is_never_kept_from_stopping() {
    let world = team();
    world.done("claim B --actor codex --lease 30min");
    let stop = |id: &str, active: bool| {
        let input =
            json!({"session_id": id, "hook_event_name": "Stop", "stop_hook_active": active});
        let output = hooked(&world, "prime --hook claude --actor codex", &input);
        assert_eq!(output.code, 0);
        assert!(!output.stdout.contains("decision"));
        output.stdout
    };
    assert_eq!(stop("one", true), "");
    let said: Value = serde_json::from_str(&stop("one", false)).unwrap();
    let said = said["hookSpecificOutput"]["additionalContext"]
        .as_str()
        .unwrap();
    assert!(
        said.starts_with("git coord: you hold B, the lease ends in 2"),
        "{said}"
    );
    assert_eq!(stop("one", false), "");
    assert!(stop("two", false).contains("you hold B"));
    world.done("release B --actor codex");
    world.done("claim B --actor codex");
    assert!(stop("one", false).contains("you hold B"));
    world.done("done B --actor codex");
    assert_eq!(stop("one", false), "");
}

#[test]
fn a_second_session_of_an_actor_in_a_worktree_is_warned_until_the_first_one_ends() {
    let world = team();
    let begin = |id: &str, source: &str| {
        let line = "prime --hook claude --actor codex";
        context(&hooked(&world, line, &session(id, source)))
    };
    let warning = "another session of codex was active in this worktree";
    assert!(!begin("one", "startup").contains(warning));
    assert!(!begin("one", "compact").contains(warning));
    assert!(begin("two", "startup").contains(warning));
    let input = json!({"session_id": "two", "hook_event_name": "SessionEnd", "reason": "exit"});
    let output = hooked(&world, "prime --hook claude --actor codex", &input);
    assert_eq!((output.code, &*output.stdout), (0, ""));
    assert!(!begin("one", "resume").contains(warning));
}

#[test]
fn what_was_new_is_said_again_after_the_context_was_compacted() {
    let world = team();
    world.done("prime --actor codex");
    does(
        &world,
        &["comment", "A", "@codex: why?", "--actor", "claude"],
    );
    let begin = |source: &str| {
        let line = "prime --hook claude --actor codex";
        context(&hooked(&world, line, &session("one", source)))
    };
    assert!(begin("startup").contains("@codex: why?"));
    assert!(begin("compact").contains("@codex: why?"));
    assert!(!world.done("prime --actor codex").contains("@codex: why?"));
}

#[test]
fn a_session_is_primed_once_although_several_hooks_call_us() {
    let world = team();
    let first = hooked(
        &world,
        "prime --hook claude --actor codex",
        &session("s", "startup"),
    );
    assert!(context(&first).contains("You are codex"));
    for host in ["claude", "codex", "copilot"] {
        let line = format!("prime --hook {host} --actor codex");
        let output = hooked(&world, &line, &session("s", "startup"));
        assert_eq!((output.code, &*output.stdout), (0, ""), "{host}");
    }
    let again = hooked(
        &world,
        "prime --hook claude --actor codex",
        &session("s", "compact"),
    );
    assert!(context(&again).contains("You are codex"));
}

#[test]
fn a_hook_whose_input_does_not_end_is_answered_nevertheless() {
    let world = team();
    let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
    let line = ["prime", "--hook", "claude", "--actor", "codex"];
    let pipes = command.args(line).stdin(Stdio::piped());
    let mut child = pipes.stdout(Stdio::piped()).spawn().unwrap();
    let open = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("You are codex")
    );
    drop(open);
}

#[test]
fn a_comment_that_a_page_cuts_stays_new_until_the_inbox_has_shown_it() {
    let world = team();
    world.done("inbox --actor codex");
    let long = format!("@codex {} the end", "word ".repeat(100));
    does(&world, &["comment", "A", &long, "--actor", "claude"]);
    for _ in 0..2 {
        let page = world.done("prime --actor codex");
        assert!(
            page.contains("  > @codex word ") && !page.contains("the end"),
            "{page}"
        );
    }
    assert!(world.done("inbox --actor codex").contains("the end"));
    assert!(!world.done("prime --actor codex").contains("@codex word"));
}

#[test]
fn the_actor_of_the_option_is_named_to_the_commands_of_claude() {
    let world = team();
    let file = world.work().join("env");
    let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
    command.env("CLAUDE_ENV_FILE", &file);
    let output = world.run(command.args(["prime", "--hook", "claude", "--actor", "codex"]));
    assert_eq!(output.code, 0);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "export GIT_COORD_ACTOR=codex\n"
    );
}

#[test]
fn an_inbox_shows_once_what_names_an_actor_or_waits_for_it() {
    let world = team();
    does(
        &world,
        &["comment", "A", "@codex, and @claude2", "--actor", "claude"],
    );
    world.done("edit B --owner codex");
    let all = world.done("inbox --keep --actor codex");
    assert!(all.contains("B is ready for you\n"), "{all}");
    assert!(
        all.contains("claude named you in a comment on A\n  > @codex, and @claude2\n"),
        "{all}"
    );
    // A task that anybody could take waits for nobody.
    assert!(!all.contains("A is ready"), "{all}");
    assert_eq!(world.done("inbox --actor codex"), all);
    assert_eq!(world.done("inbox --actor codex"), "nothing new for codex\n");
    world.done("claim A --actor codex");
    world.done("submit A --actor codex");
    assert_eq!(
        world.done("inbox --actor claude"),
        "A waits for your review\n"
    );
    world.done("claim B --actor ada");
    world.done("handoff B --to codex --actor ada");
    let handed = world
        .coord(&["inbox", "--actor", "codex", "--json"])
        .data("coord.inbox/1");
    assert_eq!(handed["news"][0]["kind"], "handed", "{handed}");
    assert_eq!(
        world.done("inbox --actor claude"),
        "nothing new for claude\n"
    );
}

#[test]
fn a_page_is_small_whatever_the_plan_is() {
    let world = team();
    let title = "\u{1f469}\u{200d}\u{1f4bb} 漢字 \u{202e}".repeat(12);
    let task = |number: usize| json!({"id": format!("T{number}"), "title": title, "owner": "codex", "gates": ["claude"]});
    let plan: Vec<Value> = (0..400).map(task).collect();
    fs::write(world.work().join("plan.json"), json!(plan).to_string()).unwrap();
    world.done("import plan.json");
    for number in 0..20 {
        world.done(&format!("claim T{number} --actor codex"));
        world.done(&format!("submit T{number} --actor codex"));
        let comment = format!("@codex {}", "漢".repeat(3000));
        does(
            &world,
            &[
                "comment",
                &format!("T{number}"),
                &comment,
                "--actor",
                "claude",
            ],
        );
    }
    for actor in ["codex", "claude", "ada"] {
        let page = world.done(&format!("prime --actor {actor}"));
        let (characters, tokens) = (page.chars().count(), tokens(&page));
        println!("{actor}: {characters} characters, about {tokens} tokens");
        assert!(characters <= PRIME_CHARACTERS_MAX && tokens <= PRIME_TOKENS_MAX);
        assert_eq!(commands(&page).len(), 5, "{page}");
        assert!(!page.contains('\u{202e}'));
    }
}

/// An agent that knows nothing but the page of its session: it types the page's commands, and the commands that these print.
struct Agent<'a> {
    world: &'a World,
    name: &'a str,
    /// How many tokens its sessions began with.
    context: Vec<usize>,
}

impl Agent<'_> {
    /// Does what is its own, in a new session. False if there was nothing to do.
    fn works(&mut self, number: usize) -> bool {
        let id = format!("{}-{number}", self.name);
        let line = format!("prime --hook claude --actor {}", self.name);
        let page = context(&hooked(self.world, &line, &session(&id, "startup")));
        self.context.push(tokens(&page));
        let commands = commands(&page);
        let claim = commands.iter().find(|it| it.contains("--claim")).unwrap();
        let mut folder = self.world.work();
        let brief = self.types(&folder, claim);
        let todo = first_commands(&brief);
        // An approved task needs no more work.
        let works = !brief.contains("status       approved");
        let did = todo.iter().any(|command| !command.contains(" --wait"));
        for command in &todo {
            let waits = command.contains(" wait ") || command.contains(" --wait");
            if waits || command.contains(" reject ") {
                continue;
            }
            match command.strip_prefix("cd ") {
                Some(there) => {
                    folder = PathBuf::from(there);
                    if works {
                        self.types(&folder, "git commit -q --allow-empty -m work");
                    }
                }
                None => {
                    self.types(&folder, command);
                }
            }
        }
        let input = json!({"session_id": id, "hook_event_name": "SessionEnd"});
        assert_eq!(hooked(self.world, &line, &input).code, 0);
        did
    }

    fn types(&self, folder: &Path, line: &str) -> String {
        let mut command = self.world.command("sh", folder);
        let output = self.world.run(command.args(["-c", line]));
        assert_eq!(output.code, 0, "{}: {line}: {output:?}", self.name);
        output.stdout
    }
}

/// The commands under the first heading for them.
fn first_commands(brief: &str) -> Vec<String> {
    let lines = brief.lines().skip_while(|line| *line != "Commands").skip(1);
    let lines = lines.map_while(|line| line.strip_prefix("    "));
    lines.map(ToOwned::to_owned).collect()
}

#[test]
fn agents_that_are_given_only_their_page_finish_the_plan_of_a_real_day() {
    let world = without_tasks();
    world.done("actor add copilot --generate --role worker");
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/coordination_summary.md");
    let imported = world.coord(&["import", plan.to_str().unwrap()]);
    assert_eq!(imported.code, 0, "{imported:?}");
    world.done("policy guardrails no");
    // Ada knows what the waiting tasks wait for.
    for task in ["CC-3", "CC-4", "CC-5", "CC-6"] {
        world.done(&format!("unblock {task}"));
    }
    let status = |world: &World| world.coord(&["status", "--json"]).data("coord.status/1");
    let mut agents = ["codex", "copilot", "claude"].map(|name| Agent {
        world: &world,
        name,
        context: Vec::new(),
    });
    for round in 0..40 {
        let mut did = false;
        for agent in &mut agents {
            did |= agent.works(round);
        }
        if !did {
            break;
        }
    }
    let open = world.done("list is:open");
    let done = status(&world)["summary"]["done"].clone();
    assert!(done.as_u64().unwrap() >= 21, "{done}");
    assert_eq!(open, "no tasks\n");
    let all: Vec<usize> = agents.iter().flat_map(|it| it.context.clone()).collect();
    let (most, sum) = (all.iter().max().unwrap(), all.iter().sum::<usize>());
    println!(
        "{} sessions: about {} tokens each, at most {most}",
        all.len(),
        sum / all.len()
    );
    assert!(*most <= PRIME_TOKENS_MAX);
}
