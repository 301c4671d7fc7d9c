"""Ledgers that the program makes itself: its demo, the stories of docs/stories, and commands by chance in several clones."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

ACTORS = {"ada": [], "bob": ["worker"], "cy": ["coordinator", "worker"], "rae": ["reviewer", "worker"]}
TASKS = ["A", "B", "C", "D"]
GLOBS = ["src/**", "src/a.rs", "src/*.rs", "docs", "lib/**/x", "src/[ab].rs"]


class Place:
    """A folder with a home of its own, where commands see nothing of the machine but its programs."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.bin = folder / "bin"
        self.home.mkdir(parents=True)
        self.bin.mkdir()
        (self.bin / "git-coord").symlink_to(Path(program).resolve())
        self.environment = {
            "HOME": str(self.home), "PATH": f"{self.bin}:{os.environ['PATH']}", "GIT_CONFIG_NOSYSTEM": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8",
            "GIT_AUTHOR_NAME": "ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
        }  # fmt: skip
        self.run("git", "config", "--global", "coord.requireActor", "false")
        self.run("git", "config", "--global", "init.defaultBranch", "main")

    def run(self, *command: str, within: Path | None = None) -> int:
        """The exit status of a command. Refusals and mistakes are part of the game."""
        return subprocess.run(command, cwd=within or self.home, env=self.environment, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=120, check=False).returncode


def repositories(folder: Path) -> Iterator[Path]:
    """The repositories in a folder that have a ledger."""
    for path, folders, files in os.walk(folder):
        if "objects" in folders and "HEAD" in files:
            folders.clear()
            found = subprocess.run(["git", "-C", path, "rev-parse", "--quiet", "--verify", "refs/coord/ledger"], capture_output=True, check=False)
            if found.returncode == 0:
                yield Path(path)


def play_demo(place: Place) -> None:
    place.environment["TMPDIR"] = str(place.home)
    place.run("git", "coord", "demo")


def commands_of(story: str) -> Iterator[str]:
    """The commands of the blocks marked `console`."""
    command = None
    for block in story.split("```console\n")[1:]:
        for line in block.split("\n```")[0].split("\n") + ["$"]:
            if line.startswith("> ") and command is not None:
                command += "\n" + line[2:]
                continue
            if command:
                yield command
            command = line[2:] if line.startswith("$ ") else None


def play_story(place: Place, story: Path, fixtures: Path) -> None:
    """Plays the commands of a story, whatever they answer: the clock and the keys are others than in the tests."""
    plan = place.home / "plan"
    place.run("git", "init", "-q", str(plan))
    keys = plan / ".git" / "coord" / "keys"
    keys.mkdir(parents=True)
    for name in ("ada", "codex", "claude"):
        place.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(keys / name))
    for file in fixtures.iterdir():
        if file.is_file():
            (place.home / file.name).write_bytes(file.read_bytes())
    for command in commands_of(story.read_text()):
        try:
            place.run("sh", "-c", command, within=plan)
        except subprocess.TimeoutExpired:
            continue


def play_by_chance(place: Place, seed: int, length: int) -> None:
    """Drives the program with commands by chance in three clones of one home."""
    chance = random.Random(seed)
    home = place.home / "home.git"
    clones = [place.home / name for name in ("one", "two", "three")]
    place.run("git", "init", "-q", "--bare", str(home))
    first = clones[0]
    place.run("git", "clone", "-q", str(home), str(first))
    place.run("sh", "-c", "echo a > a && git add a && git commit -qm a && git push -q origin HEAD", within=first)
    place.run("git", "coord", "init", "--actor", "ada", within=first)
    for name, roles in list(ACTORS.items())[1:]:
        place.run("git", "coord", "actor", "add", name, "--generate", *(f"--role={role}" for role in roles), within=first)
    for name in TASKS[:3]:
        place.run("git", "coord", "add", f"Task {name}", "--id", name, f"--path={chance.choice(GLOBS)}", within=first)
    place.run("git", "coord", "sync", within=first)
    for clone in clones[1:]:
        place.run("git", "clone", "-q", str(home), str(clone))
        place.run("sh", "-c", f"mkdir -p .git/coord && cp -r {first}/.git/coord/keys .git/coord/", within=clone)
        place.run("git", "coord", "sync", "--actor", "ada", within=clone)
    for _ in range(length):
        clone = chance.choice(clones)
        if chance.random() < 0.2:
            place.run("git", "coord", "sync", "--actor", chance.choice(list(ACTORS)), within=clone)
        else:
            place.run("git", "coord", *_command(chance), "--actor", chance.choice(list(ACTORS)), within=clone)
    for clone in [*clones, *clones]:
        place.run("git", "coord", "sync", "--actor", "ada", within=clone)


def _command(chance: random.Random) -> list[str]:
    task, other, actor, path = chance.choice(TASKS), chance.choice(TASKS), chance.choice(list(ACTORS)), chance.choice(GLOBS)
    commands = [
        ["add", "a task", "--id", task, "--path", path], ["add", "another", "--parent", task, "--gate", "rae", "--check", "looks good"],
        ["edit", task, "--owner", actor], ["edit", task, "--no-owner", actor], ["edit", task, "--depends", other], ["edit", task, "--path", path], ["edit", task, "--no-path", path],
        ["edit", task, "--gate", chance.choice(["rae", "reviewer", "worker", "cy"])], ["edit", task, "--step", "do it", "--label", "l"], ["edit", task, "--check", "c"], ["edit", task, "--parent", other],
        ["claim", task], ["claim", task, "--steal"], ["claim", task, "--share"], ["claim", task, "--lease", "1s"], ["claim", task, "--resume"], ["claim", "--next"],
        ["renew", task], ["release", task], ["progress", task, str(chance.randrange(101))], ["step", task, "1"], ["block", task, "no"], ["block", task, "no", "--on", other], ["unblock", task],
        ["submit", task, "--commit", "HEAD"], ["submit", task], ["approve", task], ["approve", task], ["reject", task, "--note", "no"], ["tick", task, "1"],
        ["done", task], ["done", task, "--commit", "HEAD"], ["done", task, "--waive", "so"], ["cancel", task, "--reason", "no"], ["reopen", task], ["comment", task, "hm"],
        ["guard", "add", "G", "--title", "g", "--command", "true"], ["guard", "record", "G", "pass", "--commit", "HEAD"], ["target", "set", "done", ">=1"], ["snapshot"],
        ["policy", "approvals", str(chance.randrange(3))], ["undo"], ["actor", "edit", "bob", "--role", chance.choice(["worker", "reviewer", "coordinator"])],
        ["actor", "edit", "bob", "--no-role", "reviewer"],
    ]  # fmt: skip
    return chance.choice(commands)
