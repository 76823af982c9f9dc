"""Computes expected.json from the files: one function for each question, in answers/."""

from __future__ import annotations

from pathlib import Path

from answers.business import BUSINESS
from answers.everyday import EVERYDAY
from answers.mathematics import MATHEMATICS
from answers.records import RECORDS
from answers.science import SCIENCE
from answers.services import SERVICES
from kit import Answers, expected, write_json

HERE = Path(__file__).resolve().parent
ALL: Answers = BUSINESS | RECORDS | SERVICES | SCIENCE | MATHEMATICS | EVERYDAY

if __name__ == "__main__":
    write_json(HERE / "expected.json", expected(ALL, HERE / "files"))
