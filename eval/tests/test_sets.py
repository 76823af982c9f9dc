"""The sets of questions hold together: expected values are current, every check has its value."""

from __future__ import annotations

import importlib.util
import json
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EVAL = Path(__file__).resolve().parents[1]
SETS = [EVAL, EVAL / "holdout", EVAL / "fresh"]


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def module(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EVAL))
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_expected_values_are_what_the_code_computes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = module(folder / "expected.py", monkeypatch)
    computed = code.expected(code.ALL, folder / "files")
    committed = load(folder / "expected.json")
    assert list(computed) == list(committed)
    for question, values in computed.items():
        assert by_path(values) == close_to(by_path(committed[question])), question


def by_path(values: Any, path: str = "") -> dict[str, Any]:
    """The leaves of nested values, by their path."""
    if not isinstance(values, dict | list):
        return {path: values}
    pairs = values.items() if isinstance(values, dict) else enumerate(values)
    return {k: v for key, part in pairs for k, v in by_path(part, f"{path}/{key}").items()}


def close_to(leaves: dict[str, Any]) -> dict[str, Any]:
    """The same leaves, floats allowing for another machine's last digits."""
    return {
        path: pytest.approx(leaf, rel=1e-8) if isinstance(leaf, float) else leaf
        for path, leaf in leaves.items()
    }


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_every_question_has_its_files_and_every_check_its_value(folder: Path) -> None:
    expected = load(folder / "expected.json")
    questions = load(folder / "questions.json")
    assert sorted(question["id"] for question in questions) == sorted(expected)
    for question in questions:
        for name in question["files"]:
            assert (folder / "files" / name).is_file(), name
        named = {check["name"] for check in question["checks"] if "name" in check}
        assert named == set(expected[question["id"]]), question["id"]


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_no_file_lies_about_unused(folder: Path) -> None:
    used = {name for question in load(folder / "questions.json") for name in question["files"]}
    assert used == {path.name for path in (folder / "files").iterdir()}


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_small_whole_numbers_are_asked_for_near_a_word(folder: Path) -> None:
    """A lone small integer would be found in any answer, and the shuffled run would not score 0."""
    expected = load(folder / "expected.json")
    for question in load(folder / "questions.json"):
        strong = 0
        for check in question["checks"]:
            value = expected[question["id"]].get(check.get("name"))
            small = isinstance(value, int) and abs(value) < 100
            strong += bool(value is not None and (not small or check.get("near")))
        assert strong > 0, question["id"]


def test_the_sets_share_no_file_and_no_domain_question() -> None:
    for one, other in combinations(SETS, 2):
        assert not files(one) & files(other)
        assert not questions(one) & questions(other)


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "files").iterdir()}


def questions(folder: Path) -> set[str]:
    return {question["question"] for question in load(folder / "questions.json")}


def test_the_sets_are_as_large_as_the_readme_promises() -> None:
    promised = " ".join((EVAL / "README.md").read_text(encoding="utf-8").split())
    sizes = [
        (len(load(folder / "questions.json")), len(list((folder / "files").iterdir())))
        for folder in SETS
    ]
    assert "{} questions over {} files".format(*sizes[0]) in promised
    assert "{} more over {} other files".format(*sizes[1]) in promised
    assert "{} everyday ones over {} files".format(*sizes[2]) in promised


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_a_set_asks_about_many_kinds_of_files(folder: Path) -> None:
    names = [name for q in load(folder / "questions.json") for name in q["files"]]
    assert len({Path(name).suffix for name in names}) >= 12


@pytest.mark.parametrize("folder", SETS[1:], ids=lambda folder: folder.name)
def test_files_of_the_other_sets_are_small(folder: Path) -> None:
    for path in (folder / "files").iterdir():
        assert path.stat().st_size < 60_000, path.name
