//! The sessions in README.md and docs/stories, played word for word, each in a world of its own.
//!
//! With `COORD_BLESS=1` the answers are written into the documents instead of compared with them.
//! Not here: how a session is written down (`session`).

mod session;

use std::{fs, path::PathBuf};

use crate::{
    keys::{ADA, CLAUDE, CODEX},
    world::World,
};

/// The world of a story. Its commands look as a user types them: keys and plans have short paths, and a fixed nonce gives
/// the ledger the same id in every run.
fn stage() -> World {
    let world = World::at_home();
    let keys = world.work().join(".git/coord/keys");
    fs::create_dir_all(&keys).unwrap();
    for player in [ADA, CODEX, CLAUDE] {
        let key = world.key_of(&player);
        for (from, to) in [
            (key.clone(), player.name.to_owned()),
            (key.with_extension("pub"), format!("{}.pub", player.name)),
        ] {
            fs::rename(from, keys.join(to)).unwrap();
        }
    }
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for plan in fs::read_dir(fixtures).unwrap() {
        let plan = plan.unwrap();
        fs::copy(plan.path(), world.home().join(plan.file_name())).unwrap();
    }
    world
}

/// Plays a document and gives what each command answered.
fn play(document: &str) -> Vec<(session::Step, Vec<String>)> {
    let world = stage();
    let played = session::steps(document).into_iter().map(|step| {
        let output = world.shell(&script(&step.command));
        assert_eq!(output.stderr, "", "line {}", step.line);
        let shown = output.stdout.replace(world.home().to_str().unwrap(), "~");
        (step, session::answer(&shown, output.code))
    });
    played.collect()
}

/// The command in a shell that goes on where the one before stopped: its folder and its environment, but not its time.
fn script(command: &str) -> String {
    format!(
        "exec 2>&1\n\
         now=$GIT_COMMITTER_DATE\n\
         export GIT_COORD_NONCE=1\n\
         if [ -f ~/.session ]; then . ~/.session; fi\n\
         export GIT_AUTHOR_DATE=\"$now\" GIT_COMMITTER_DATE=\"$now\"\n\
         {command}\n\
         status=$?\n\
         {{ export -p; echo \"cd '$PWD'\"; }} >~/.session\n\
         exit $status\n"
    )
}

/// The first command that answered something else, with both answers.
fn difference(file: &str, played: &[(session::Step, Vec<String>)]) -> Option<String> {
    let (step, answer) = played
        .iter()
        .find(|(step, answer)| step.answer != *answer)?;
    let lines = |lines: &[String]| {
        lines
            .iter()
            .map(|line| format!("    {line}\n"))
            .collect::<String>()
    };
    Some(format!(
        "{file}:{}: $ {}\n  is to answer\n{}  but answered\n{}",
        step.line,
        step.command,
        lines(&step.answer),
        lines(answer)
    ))
}

/// README.md and every story.
fn documents() -> Vec<PathBuf> {
    let top = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let stories = fs::read_dir(top.join("docs/stories"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut documents: Vec<PathBuf> = stories
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    documents.push(top.join("README.md"));
    documents.retain(|path| path.exists());
    documents.sort();
    documents
}

#[test]
fn every_story_is_true() {
    let bless = std::env::var_os("COORD_BLESS").is_some();
    let mut differences = Vec::new();
    for path in documents() {
        let document = fs::read_to_string(&path).unwrap();
        let played = play(&document);
        if bless {
            fs::write(&path, session::rewritten(&document, &played)).unwrap();
        } else {
            differences.extend(difference(&path.display().to_string(), &played));
        }
    }
    assert!(
        differences.is_empty(),
        "\n{}\nCOORD_BLESS=1 takes the answers as they are",
        differences.join("\n")
    );
}

#[test]
fn a_session_goes_on_where_it_stopped() {
    let document = "```console\n$ mkdir x; cd x; export WHO=\"it's ada\"\n$ echo \"$WHO in ${PWD##*/}\"\n\
                    it's ada in x\n$ false\n? 1\n$ echo lost >&2\nlost\n$ cd ..; pwd\n~/plan\n```\n";
    assert_eq!(difference("story", &play(document)), None);
}

#[test]
fn a_story_that_is_not_true_is_found() {
    let document = "```console\n$ true\n$ echo no\nyes\n```\n";
    let found = difference("story", &play(document));
    let wanted = "story:3: $ echo no\n  is to answer\n    yes\n  but answered\n    no\n";
    assert_eq!(found.as_deref(), Some(wanted));
}

#[test]
fn time_goes_on_from_command_to_command() {
    let played = play("```console\n$ echo $GIT_COMMITTER_DATE\n$ echo $GIT_COMMITTER_DATE\n```\n");
    assert_ne!(played[0].1, played[1].1);
}
