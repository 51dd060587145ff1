"""Amounts of money: what is a number, what a table keeps, currencies."""

import re
from decimal import Decimal
from fractions import Fraction

import attrs
import numpy as np
import pytest
from hypothesis import given

from engagement.errors import EngagementError, SettingError, UnknownTermError
from engagement.values.money import Money, currency_code, read_amount
from strategies.events import amounts, money


@given(money())
def test_amount_survives_a_floating_point_number(worth):
    """An amount that goes through a float comes back the same."""
    assert Money(amount=float(worth.amount), currency=worth.currency, text=worth.text) == worth
    assert Money(amount=np.float64(worth.amount), currency="CNY").amount == worth.amount


@given(money())
def test_repr_and_texts_round_trip(worth):
    """The repr makes the same amount, and so does the text of the number."""
    assert eval(repr(worth), {"Money": Money}) == worth  # noqa: S307
    assert read_amount(str(worth.amount)) == worth.amount


@given(amounts())
def test_equal_amounts_have_one_form(text):
    """An amount is kept in one form, whatever zeros it was written with."""
    amount = Decimal(text)
    forms = [
        text,
        amount,
        f" {text} ",
        f"{amount:f}",
        format(amount, "f") + ("" if "." in f"{amount:f}" else ".00"),
    ]

    assert {repr(read_amount(form)) for form in forms} == {repr(read_amount(text))}


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (5, "5"),
        (5.5, "5.5"),
        (0.1, "0.1"),
        (np.int64(7), "7"),
        (np.float32(0.5), "0.5"),
        (26e9, "26000000000"),
        ("-0", "0"),
        ("0.00", "0"),
        (-0.0, "0"),
        ("1" + "0" * 40, "1E+40"),
        ("999999999999999", "999999999999999"),
        (10**299, "1E+299"),
        ("1.50e-3", "0.0015"),
    ],
)
def test_number_is_read(value, amount):
    """Numbers and texts of numbers are read exactly."""
    assert str(read_amount(value)) == amount


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, np.True_, b"5", [5], (0, (1, 2), 3), {"a": 1}, 1j, Fraction(1, 3)),
        *("", "five", "1,000", "1_000", "$5", "5 CNY", "1e99999999999999999999", "0x10", "--5"),
    ],
)
def test_what_is_no_number_is_refused(value):
    """Truth values, parts of numbers, separators of thousands and signs are not guessed at."""
    with pytest.raises(
        SettingError, match=f"an amount must be a number, got {re.escape(repr(value))}"
    ):
        read_amount(value)


@pytest.mark.parametrize(
    "value",
    [-1, "-0.01", "nan", "inf", float("nan"), float("inf"), "-inf", "snan", Decimal("sNaN")],
)
def test_amount_is_finite_and_not_negative(value):
    """Infinite amounts, none and negative ones are refused."""
    with pytest.raises(SettingError, match="an amount must be finite and not negative, got"):
        read_amount(value)


@pytest.mark.parametrize(
    "value", ["1234567890123456", "1.00000000000000000000000000000000001", 2**60, 10**400 + 1]
)
def test_amount_of_more_digits_than_a_float_keeps_is_refused(value):
    """No digit is lost silently, however far behind it stands."""
    with pytest.raises(SettingError, match="an amount has at most 15 significant digits, got"):
        read_amount(value)


@pytest.mark.parametrize(
    "value",
    ["1e301", "1e-301", "1e1000000", "1e999999", 10**400, pytest.param(10**5000, id="huge")],
)
def test_amount_that_no_float_reaches_is_refused(value):
    """An amount beyond what a float holds is refused, not rounded to zero or infinity."""
    with pytest.raises(SettingError, match="an amount lies between 1e-300 and 1e300, got"):
        read_amount(value)


@pytest.mark.parametrize("text", ["CNY", "cny", " Cny "])
def test_currency_is_read_in_any_case(text):
    """A currency's code is read in any case, and kept in capitals."""
    assert currency_code(text) == "CNY"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("RMB", "unknown currency 'RMB'; the ISO 4217 code is 'CNY'"),
        ("CNYY", "unknown currency 'CNYY'; ISO 4217 codes are known. Did you mean 'CNY'"),
        ("$", "unknown currency '$'; ISO 4217 codes are known"),
        ("", "unknown currency ''"),
        (None, "unknown currency None"),
        (5, "unknown currency 5"),
        (["CNY"], "unknown currency ['CNY']"),
    ],
)
def test_unknown_currency_is_refused(text, message):
    """A currency is not guessed from its sign; close codes are suggested."""
    with pytest.raises(UnknownTermError, match=re.escape(message)):
        currency_code(text)


@pytest.mark.parametrize("text", [5, None, "a\0b"])
def test_printed_amount_is_a_text(text):
    """What was printed is a text that a table can keep."""
    with pytest.raises(EngagementError, match="the amount as printed"):
        Money(amount=1, currency="CNY", text=text)


def test_amount_says_itself():
    """An amount is written with its thousands separated and its currency behind."""
    assert str(Money(amount="4.5e6", currency="CNY", text="4.5M RMB")) == "4,500,000 CNY"
    assert str(Money(amount="0.5", currency="USD")) == "0.5 USD"


def test_money_is_a_value():
    """Amounts are frozen, hashable and equal by what they are."""
    one, same = Money(amount="5.0", currency="cny"), Money(amount=5, currency="CNY")

    assert one == same
    assert hash(one) == hash(same)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.amount = 6
