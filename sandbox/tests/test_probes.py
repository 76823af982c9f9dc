"""Nobody gets out: every probe is stopped. The doctor runs the same ones through the server."""

from __future__ import annotations

import prober
import pytest


@pytest.fixture(scope="module")
def reports(sandbox):
    return prober.quick(sandbox)


def test_every_attempt_was_made_and_stopped(reports):
    others = {n: r["happened"] for n, r in reports.items() if r["verdict"] != "held"}
    assert others == {}


def test_there_are_more_than_a_hundred_attempts(reports):
    assert len(reports) > 100
    for report in reports.values():
        assert report["tries"] and report["must"] and report["happened"]


def test_they_take_less_than_two_seconds(reports):
    assert sum(r["ms"] for r in reports.values()) < 2000
