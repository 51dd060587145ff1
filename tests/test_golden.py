"""What answers say of themselves is as it was, or its text was written anew and looked at."""

import math
import re

import pytest

from golden.make import FOLDER, INPUTS, MAKERS, answer_classes, class_text, public_classes

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?")
TOLERANCE = 1e-6
"""Of numbers relative to themselves: other processors and releases differ in the last digits."""


def is_same(told, kept):
    """Tell whether two lines say the same, but for the last digits of numbers."""
    return NUMBER.sub("0", told) == NUMBER.sub("0", kept) and all(
        math.isclose(float(one), float(other), rel_tol=TOLERANCE, abs_tol=TOLERANCE / 1000)
        for one, other in zip(NUMBER.findall(told), NUMBER.findall(kept), strict=True)
    )


def test_every_answer_has_a_text():
    """A new class is recorded, or named as one that a caller makes; nothing else is kept."""
    kept = {path.stem for path in FOLDER.glob("*.txt")}

    assert set(MAKERS) == set(answer_classes())
    assert kept == set(MAKERS)


def test_what_a_caller_makes_is_no_answer():
    """A class with a table or a summary cannot be left out."""
    asked = {name: public_classes()[name] for name in INPUTS}

    shown = {"summary", "to_frame"}
    assert [name for name, kind in asked.items() if shown & set(dir(kind))] == []


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_answers_say_what_they_said(name):
    """Line by line; `python tests/golden/make.py` writes what they say now."""
    kept = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    told = class_text(name).splitlines()

    differing = [
        f"line {place}:\n  - {old}\n  + {new}"
        for place, (old, new) in enumerate(zip(kept, told, strict=False), start=1)
        if not is_same(new, old)
    ]
    assert not differing, "\n".join(differing[:20])
    assert len(told) == len(kept)


@pytest.mark.parametrize(
    ("told", "kept", "expected"),
    [
        ("rate 1.0000000001 a year", "rate 1 a year", True),
        ("rate 1.001 a year", "rate 1 a year", False),
        ("rate 1 a year", "rates 1 a year", False),
        ("0", "1e-12", True),
        ("-2", "2", False),
    ],
)
def test_only_last_digits_may_differ(told, kept, expected):
    """The comparison sees what it should."""
    assert is_same(told, kept) is expected
