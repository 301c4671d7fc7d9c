"""Reads the objects of a repository through `git cat-file --batch`, as they are (section 2)."""

from __future__ import annotations

import os
import subprocess

from .commit import could_be_an_entry, parents_as_git

EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""By the number of digits of an object id (section 11)."""


class Repository:
    """The commits of a repository."""

    def __init__(self, path: str) -> None:
        self._git = ["git", "--no-replace-objects", "-C", path]
        environment = {**os.environ, "GIT_GRAFT_FILE": os.devnull}
        self._batch = subprocess.Popen([*self._git, "cat-file", "--batch"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, env=environment)

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._batch.stdin is not None and self._batch.stdout is not None
        self._batch.stdin.close()
        self._batch.wait()
        self._batch.stdout.close()

    def tip(self, ref: str) -> str:
        command = [*self._git, "rev-parse", "--verify", f"{ref}^{{commit}}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, object_id: str) -> bytes:
        """The raw commit object."""
        assert self._batch.stdin is not None and self._batch.stdout is not None
        self._batch.stdin.write(object_id.encode() + b"\n")
        self._batch.stdin.flush()
        head = self._batch.stdout.readline().split()
        if len(head) != 3 or head[1] != b"commit":
            raise ValueError(f"the history cannot be read: {object_id} is no commit here")
        content = self._batch.stdout.read(int(head[2]))
        self._batch.stdout.read(1)
        return content

    def history(self, tip: str) -> dict[str, bytes]:
        """All commits that a reader reads (section 4, What is read), by object id."""
        commits: dict[str, bytes] = {}
        on_a_line: set[str] = set()
        left = [(tip, True)]
        while left:
            object_id, on_line = left.pop()
            if object_id in commits and (not on_line or object_id in on_a_line):
                continue
            if object_id not in commits:
                commits[object_id] = self.commit(object_id)
            if on_line:
                on_a_line.add(object_id)
            could_be = could_be_an_entry(commits[object_id])
            for number, parent in enumerate(parents_as_git(commits[object_id], len(object_id))):
                if could_be or on_line and number == 0:
                    left.append((parent, number == 0))
        return commits
