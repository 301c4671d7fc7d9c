"""What the ledgers begin with."""

from __future__ import annotations

from reader.forms import COORDINATOR, OBSERVER, REVIEWER, WORKER

from ..building import Builder, event
from ..keys import Key

TITLE, GROUP, OWNER, NO_OWNER, PRIORITY, RISK, ESTIMATE, DEPENDS, NO_DEPENDS, GATE, NO_GATE, PATH, NO_PATH = range(13)
BRANCH, PULL_REQUEST, STEP, NO_STEP, CRITERION, NO_CRITERION, CHECK, NO_CHECK, LABEL, NO_LABEL = range(13, 23)
BODY, WAVE, EXTRA, DUE, DEFER, URL, NO_URL, PARENT, LINK, NO_LINK = range(23, 33)
"""The facts of 2.1."""

HOUR = 3600
DAY = 24 * HOUR
ONE, TWO, THREE = (bytes([each]) * 20 for each in (1, 2, 3))
"""Commits of the project."""


def team(nonce: int, **options: object) -> Builder:
    """ada is the admin, bob and dan are workers, cy is a coordinator, rae and rob are reviewers, ole is an observer."""
    ledger = Builder(nonce=nonce)
    ledger.found(recovery=Key("recovery"))
    roles = {"bob": [WORKER], "dan": [WORKER], "cy": [COORDINATOR], "rae": [REVIEWER], "rob": [REVIEWER, WORKER], "ole": [OBSERVER]}
    ledger.entry("ada", *(event("1.0", name=name, kind=1, email=ledger.email(name), roles=its, key=ledger.key(name).blob)
                          for name, its in roles.items()))
    return ledger


def policy(ledger: Builder, number: int, value: object, by: str = "ada") -> None:
    ledger.entry(by, event("1.6", (number, value)))
