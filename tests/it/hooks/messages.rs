//! Messages of commits as git judges them: each command line is run with our hooks and without them.
//!
//! Not here: what the trailers do (`committing`), and commits that are made again (`replaying`).

use std::fs;

use super::{data, message, on_branch, says, script};
use crate::world::World;

/// What our hooks may change about a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Nothing: git refuses the commit, or it shall have no trailer.
    Nothing,
    /// The trailer is added below the message.
    Trailer,
}

/// The editor that only its variable can name, and that git itself names to a hook if it starts none.
const NO_EDITOR: &str = "GIT_EDITOR=:";

/// Runs `git SETTINGS commit --quiet --allow-empty ARGUMENTS` with our hooks and without them, each time from the same
/// `HEAD`, and compares. Settings can begin with [`NO_EDITOR`].
#[track_caller]
fn compare(world: &World, change: Change, settings: &str, arguments: &str) {
    let head = world.git(&["rev-parse", "HEAD"]);
    let (variable, options) = match settings.strip_prefix(NO_EDITOR) {
        Some(options) => (NO_EDITOR, options),
        None => ("", settings),
    };
    let commit = |hooks: &str| {
        let line = format!(
            "{variable} git -c coord.hooks.enabled={hooks} {options} commit --quiet --allow-empty {arguments}"
        );
        let output = world.shell(&line);
        let told = (output.code, message(world));
        world.git(&["reset", "--quiet", "--soft", head.trim()]);
        (told, output.stderr)
    };
    let ((code, plain), said) = commit("false");
    let told = commit("true");
    let expected = match change {
        Change::Trailer => {
            assert_eq!(code, 0, "{settings} {arguments}: {said}");
            format!("{plain}\n\nCoord-Task: A")
        }
        Change::Nothing => plain,
    };
    assert_eq!(told, ((code, expected), said), "{settings} {arguments}");
}

/// A commit without a trailer that `--amend` and `-C` take their message from.
fn with_head(text: &str) -> World {
    let world = on_branch();
    let text = text.replace('\'', "");
    says(
        &world,
        &format!(
            "git -c coord.hooks.enabled=false commit -q --allow-empty --cleanup=verbatim -m '{text}'"
        ),
    );
    world
}

#[test]
fn a_given_message_is_text_unless_git_removes_it() {
    let world = with_head("#12 before\n\n# Heading\n\n#3 last");
    for (name, bytes) in [
        ("file", &b"# Heading\n\n## More\n\ntext\n"[..]),
        ("latin", b"#12 f\xfcr\n"),
        ("windows", b"#12 fix\r\n\r\nbody\r\n"),
    ] {
        fs::write(world.home().join(name), bytes).unwrap();
    }
    for (settings, arguments) in [
        ("", "-m '#12 fix'"),
        ("", "-m '# Heading' -m '#12 last'"),
        ("", "-m x -m '#12 last'"),
        ("", "-F ../home/file"),
        ("", "-F - <../home/file"),
        ("", "--amend --no-edit"),
        ("", "-C HEAD"),
        ("-c core.commentChar=auto", "-m '@x'"),
        ("-c core.commentChar=auto", "-m '#1' -m ';2'"),
        ("-c core.commentChar=@", "-m '@x'"),
        ("-c core.commentString=//", "-m '// x'"),
        ("-c commit.cleanup=whitespace", "-m '#12 fix'"),
        ("-c commit.cleanup=scissors", "-m '#12 fix'"),
        ("-c commit.cleanup=verbatim", "-m '#12 fix'"),
        ("-c commit.cleanup=default", "-m '#12 fix'"),
        (
            "-c commit.cleanup=strip -c core.commentChar=\\;",
            "-m '#12 fix'",
        ),
        ("", "--no-verify -m '#12 fix'"),
        ("", "-m 'Coord-Task, a word'"),
        ("-c core.commentString=»»", "-m '»» x'"),
        ("", "--fixup HEAD"),
        ("", "--squash HEAD -m '#12'"),
        ("", "-t ../home/file -m '#12 x'"),
        ("", "-m '#'"),
        ("", "-m ' #12 indented'"),
        ("", "-m 'x' -m '#not: a trailer'"),
        ("", "--cleanup=scissors -m '#12'"),
        (
            "-c core.commentChar=auto",
            "-m '#1\n;2\n@3\n!4\n$5\n%6\n^7\n&8\n|9'",
        ),
        ("-c i18n.commitEncoding=ISO-8859-1", "-F ../home/latin"),
        ("", "-F ../home/windows"),
    ] {
        compare(&world, Change::Trailer, settings, arguments);
    }
    for (settings, arguments) in [
        ("", "-m ''"),
        ("", "-m ' '"),
        ("", "-s -m ''"),
        ("", "--allow-empty-message -m ''"),
        ("", "--allow-empty-message -m '' --no-verify"),
        ("-c commit.cleanup=strip", "-m '#12 fix'"),
        ("-c commit.cleanup=strip", "--amend --no-edit"),
        ("-c commit.cleanup=strip -c core.commentChar=@", "-m '@x'"),
        ("-c commit.cleanup=verbatim", "-m ''"),
        (
            "-c commit.cleanup=strip -c core.commentString=// -c core.commentChar=x",
            "-m xyz",
        ),
        ("", "--no-edit"),
    ] {
        compare(&world, Change::Nothing, settings, arguments);
    }
}

#[test]
fn a_message_from_an_editor_is_text_unless_git_removes_it() {
    let world = with_head("before");
    let editor = |name: &str, line: &str| {
        script(&world.home().join(name), &format!("#!/bin/sh\n{line}\n"));
    };
    editor("number", "sed -i '1s/^/#12 fix/' \"$1\"");
    editor("at", "sed -i '1s/^/@x/' \"$1\"");
    editor("word", "sed -i '1s/^/word/' \"$1\"");
    editor("only", "echo word >\"$1\"");
    editor("onlyat", "echo @x >\"$1\"");
    editor("first", "sed -i '1d' \"$1\"");
    editor("clear", ": >\"$1\"");
    for (settings, arguments) in [
        ("-c core.editor=../home/word", ""),
        ("-c core.editor=../home/word", "--verbose"),
        ("-c core.editor=../home/only -c commit.status=false", ""),
        ("-c core.editor=../home/only", ""),
        ("-c core.editor=../home/at", ""),
        ("-c core.editor=../home/at -c core.commentChar=auto", ""),
        ("-c core.editor=../home/number -c core.commentChar=\\;", ""),
        (
            "-c core.editor=../home/number -c commit.cleanup=scissors",
            "",
        ),
        (
            "-c core.editor=../home/onlyat -c commit.status=false -c core.commentChar=auto",
            "",
        ),
        (
            "-c core.editor=true -c core.commentChar=auto",
            "-e -m '#12'",
        ),
        ("-c core.editor=true", "--amend"),
        ("-c core.editor=../home/word", "-c HEAD"),
        ("-c core.editor=true -c commit.cleanup=verbatim", ""),
        (NO_EDITOR, "--amend"),
        (NO_EDITOR, "-e -m x"),
    ] {
        compare(&world, Change::Trailer, settings, arguments);
    }
    for (settings, arguments) in [
        ("-c core.editor=true", ""),
        ("-c core.editor=true", "--verbose"),
        ("-c core.editor=true", "-s"),
        ("-c core.editor=true", "--no-verify"),
        ("-c core.editor=true -c commit.status=false", ""),
        (
            "-c core.editor=true -c commit.cleanup=scissors",
            "--verbose",
        ),
        ("-c core.editor=true", "--allow-empty-message"),
        ("-c core.editor=true", "-e -m '#12'"),
        ("-c core.editor=../home/number", ""),
        ("-c core.editor=../home/at -c core.commentChar=@", ""),
        ("-c core.editor=../home/clear", "--amend"),
        ("-c core.editor=../home/first", "-e -m x"),
        ("-c core.editor=../home/first", "--amend"),
        (NO_EDITOR, ""),
        (NO_EDITOR, "-e -m '#12'"),
        ("GIT_EDITOR=: -c core.commentChar=auto", "--verbose"),
    ] {
        compare(&world, Change::Nothing, settings, arguments);
    }
}

#[test]
fn an_unchanged_template_is_not_a_message() {
    let world = with_head("before");
    fs::write(
        world.home().join("template"),
        "Why:\n\n# What?\nHow, in short\n",
    )
    .unwrap();
    script(
        &world.home().join("why"),
        "#!/bin/sh\nsed -i '1s/$/ because/' \"$1\"\n",
    );
    let template = "-c commit.template=../home/template";
    let untouched = format!("{template} -c core.editor=true");
    for (settings, arguments) in [
        (untouched.as_str(), ""),
        (&untouched, "--no-verify"),
        (&untouched, "--verbose"),
        (&untouched, "-s"),
        (&untouched, "--allow-empty-message"),
        ("-c core.editor=true", "-t ../home/template"),
        (&format!("{untouched} -c commit.status=false"), ""),
        (&format!("{untouched} -c core.commentChar=auto"), ""),
        (&format!("{template} -c core.commentString=//"), "--no-edit"),
        (&format!("GIT_EDITOR=: {template}"), ""),
    ] {
        compare(&world, Change::Nothing, settings, arguments);
    }
    for (settings, arguments) in [
        (format!("{template} -c core.editor=../home/why"), ""),
        (
            format!("{template} -c core.editor=../home/why"),
            "--verbose",
        ),
        (template.to_owned(), "-m x"),
    ] {
        compare(&world, Change::Trailer, &settings, arguments);
    }
}

#[test]
fn a_trailer_that_the_user_removes_in_the_editor_stays_removed() {
    let world = with_head("before\n\nCoord-Task: A");
    script(
        &world.home().join("without"),
        "#!/bin/sh\nsed -i /^Coord-Task/d \"$1\"\n",
    );
    let amend = "git -c core.editor=../home/without commit --quiet --allow-empty --amend";
    says(&world, amend);
    assert_eq!(message(&world), "before");
    says(&world, amend);
    assert_eq!(message(&world), "before");
}

#[test]
fn what_an_aborted_commit_left_does_not_reach_the_next_one() {
    let world = on_branch();
    let aborted = world.shell("git -c core.editor=false commit --quiet --allow-empty");
    assert_ne!(aborted.code, 0);
    says(&world, "git switch --quiet main; git branch --quiet other");
    world.done("release A");
    says(
        &world,
        "git merge --quiet --no-ff -m '#12 merge' task/A; git commit --quiet --allow-empty -m x",
    );
    assert_eq!(message(&world), "x");
}

#[test]
fn merges_are_judged_by_git_alone() {
    let world = with_head("before");
    says(
        &world,
        "git switch --quiet --create side HEAD~; git -c coord.hooks.enabled=false commit --quiet --allow-empty -m side; \
         git switch --quiet task/A",
    );
    for line in [
        "-m '#12 merge'",
        "--no-edit",
        "-m '# x' --cleanup=whitespace",
    ] {
        let merge = |hooks: &str| {
            says(
                &world,
                &format!("git -c coord.hooks.enabled={hooks} merge --quiet --no-ff {line} side"),
            );
            let told = message(&world);
            world.git(&["reset", "--quiet", "--hard", "HEAD~"]);
            told
        };
        assert_eq!(merge("false"), merge("true"), "{line}");
    }
}

#[test]
fn a_divider_in_the_message_hides_no_trailer() {
    let world = on_branch();
    let percent = || data(&world, "show A", "coord.show/1")["task"]["progress"]["percent"].clone();
    for (number, body) in [
        "---\n\ny",
        "text\n---\nmore",
        "--- a/file\n+++ b/file",
        "x\n\n--- \n",
    ]
    .into_iter()
    .enumerate()
    {
        let told = 40 + number;
        fs::write(
            world.home().join("message"),
            format!("s\n\nx\n\n{body}\n\nCoord-Progress: {told}\n"),
        )
        .unwrap();
        let said = says(
            &world,
            "git commit --quiet --allow-empty -F ../home/message",
        );
        assert_eq!(said, format!("A is at {told}%\n"), "{body}");
        let expected = format!("Coord-Progress: {told}\nCoord-Task: A");
        assert!(message(&world).ends_with(&expected), "{}", message(&world));
        assert_eq!(percent(), told);
    }
    // The check of the trailers sees them too.
    let output = world.shell("git commit --allow-empty -m 's\n\n---\n\nx\n\nCoord-Task: Z'");
    assert!(output.stderr.contains("unknown task: 'Z'"), "{output:?}");
}

/// `--cleanup` is not visible to hooks, so they cannot know which lines git keeps. A trailer counts whatever it says.
#[test]
fn an_option_that_hooks_do_not_see_loses_no_trailer() {
    let world = on_branch();
    script(
        &world.home().join("word"),
        "#!/bin/sh\nprintf 'word\\n' | cat - \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"\n",
    );
    let mut percent = 0;
    for mode in ["strip", "whitespace", "verbatim", "scissors", "default"] {
        for arguments in [
            "-m 'x'",
            "-m '#12 fix'",
            "-m x -m '# heading'",
            "-e -m x",
            "-m x -m 'Coord-Task: A\nCoord-Progress: PERCENT'",
        ] {
            percent += 1;
            let has_progress = arguments.contains("PERCENT");
            let arguments = arguments.replace("PERCENT", &percent.to_string());
            let line = format!(
                "git -c core.editor=../home/word commit --quiet --allow-empty --cleanup={mode} {arguments}"
            );
            says(&world, &line);
            let head = world.git(&["rev-parse", "HEAD"]);
            let page = world.done("show A");
            assert!(page.contains(head.trim()), "{mode} {arguments}: {page}");
            if has_progress {
                assert!(
                    page.contains(&format!("{percent}%")),
                    "{mode} {arguments}: {page}"
                );
            }
        }
    }
}

#[test]
fn trailer_settings_of_the_user_change_nothing_about_our_trailers() {
    let world = on_branch();
    let settings = [
        "-c trailer.separators==:",
        "-c trailer.separators='#'",
        "-c trailer.ifMissing=doNothing -c trailer.where=start",
        "-c trailer.coord-task.key='CT: ' -c trailer.task.key='T: ' -c trailer.coord-taskforce.ifMissing=doNothing",
        "-c trailer.coord-task.cmd=false -c trailer.task.command='echo x' -c trailer.sign.command='echo me'",
    ];
    for (number, settings) in settings.into_iter().enumerate() {
        let told = 40 + number;
        let body = format!("s\n\nx\n\nReviewed-by: bo\nCoord-Progress: {told}\n");
        fs::write(world.home().join("message"), body).unwrap();
        let said = says(
            &world,
            &format!("git {settings} commit --quiet --allow-empty -F ../home/message"),
        );
        assert_eq!(said, format!("A is at {told}%\n"), "{settings}");
        let written = message(&world);
        let expected = format!("\nCoord-Progress: {told}\nCoord-Task: A");
        assert!(
            written.replace("= ", ": ").ends_with(&expected),
            "{settings}: {written}"
        );
        assert!(
            written.ends_with("\nCoord-Task: A"),
            "{settings}: {written}"
        );
    }
}

#[test]
fn an_unchanged_template_is_found_anywhere_and_with_any_line_ends() {
    let world = with_head("before");
    let editor = "-c core.editor=true";
    for text in [
        "Why:\r\n\r\nHow:\r\n",
        "# only\n",
        "Why:\n\nCoord-Task: A\n",
    ] {
        fs::write(world.home().join("template"), text).unwrap();
        let settings = format!("{editor} -c commit.template='~/template'");
        compare(&world, Change::Nothing, &settings, "");
    }
    fs::write(world.home().join("template"), "Why:\n").unwrap();
    fs::create_dir(world.work().join("sub")).unwrap();
    let below = format!("{editor} -C sub -c commit.template=../home/template");
    compare(&world, Change::Nothing, &below, "");
}

/// Commits that git makes from other commits and from patches.
#[test]
fn a_message_that_begins_with_a_comment_character_survives_every_command_that_commits() {
    for line in [
        "git revert --no-edit HEAD",
        "git cherry-pick side",
        "git format-patch -q -1 side --stdout >../p; sed -i 's/^Subject: .*/Subject: #2 patch/' ../p; git am -q -k ../p",
        "git merge -q --squash side; git commit -q -m '#2 squashed'",
        "git merge -q --no-ff -m '#12 merge' side",
        "GIT_SEQUENCE_EDITOR='sed -i s/^pick/reword/' GIT_EDITOR='sed -i 1s/^/y/' git rebase -q -i HEAD~1",
    ] {
        let told = ["false", "true"].map(|hooks| {
            let world = on_branch();
            let ready = "git config coord.hooks.enabled false; echo 1 >f; git add f; git commit -q -m '#1 adds f';
                git switch -q -c side HEAD~; echo 2 >g; git add g; git commit -q -m '#2 side'; git switch -q task/A";
            says(&world, ready);
            world.git(&["config", "coord.hooks.enabled", hooks]);
            says(&world, &format!("{line} >/dev/null 2>&1"));
            says(&world, "git status --short; test ! -d .git/rebase-merge");
            let text = message(&world);
            text.trim_end_matches("\n\nCoord-Task: A").to_owned()
        });
        assert_eq!(told[0], told[1], "{line}");
    }
}
