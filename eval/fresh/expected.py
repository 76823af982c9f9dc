"""Computes the fresh set's expected.json: one function for each question, in answers/."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from fresh.answers.mathematics import MATHEMATICS  # noqa: E402
from fresh.answers.records import RECORDS  # noqa: E402
from fresh.answers.tables import TABLES  # noqa: E402
from kit import Answers, expected, write_json  # noqa: E402

ALL: Answers = TABLES | RECORDS | MATHEMATICS

if __name__ == "__main__":
    write_json(HERE / "expected.json", expected(ALL, HERE / "files"))
