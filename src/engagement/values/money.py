"""Amounts of money in a named currency, as numbers and as they are printed."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from numbers import Integral, Real

from attrs import field, frozen

from engagement.errors import EngagementError, SettingError, UnknownTermError, shown, suggest
from engagement.settings.unpickling import checked_again
from engagement.values.vocabulary import read_text

__all__ = ["Money", "currency_code", "parse_amount", "read_amount"]

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES
VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG HRK DEM FRF SUR RUR TJR TMM
"""
_CURRENCIES = frozenset(_CODES.split())
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_SCALES = {
    "": 0,
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
}
_PRINTED = {"rmb": "CNY", "yuan": "CNY", "us$": "USD", "\u20ac": "EUR", "\u00a3": "GBP"}
_AMOUNT = re.compile(
    r"(?:worth )?(?P<before>us\$|[$\u20ac\u00a3]|[a-z]{3})? ?"
    rf"(?P<number>{_NUMBER}(?:\.\d+)?) ?(?P<scale>thousand|million|billion|mn|bn|k|m|b)?\b"
    r" ?(?P<after>[a-z]{3,4}|[\u20ac\u00a3])?(?: worth)?",
    re.IGNORECASE | re.ASCII,
)


def currency_code(text: str) -> str:
    """
    Read a currency's ISO 4217 code.

    Examples
    --------
    >>> currency_code("cny")
    'CNY'
    """
    code = text.strip().upper() if isinstance(text, str) else ""
    if code == "RMB":
        raise UnknownTermError(f"unknown currency {shown(text)}; the ISO 4217 code is 'CNY'")
    if code not in _CURRENCIES:
        raise UnknownTermError(
            f"unknown currency {shown(text)}; ISO 4217 codes are known" + suggest(code, _CURRENCIES)
        )
    return code


def read_amount(value: Decimal | str | float) -> Decimal:
    """
    Read an amount.

    It is a number or the text of one, with a point for decimals and nothing between thousands.

    Examples
    --------
    >>> read_amount("4.50")
    Decimal('4.5')
    """
    try:
        amount = _decimal(value)
    except (DecimalException, OverflowError, TypeError, ValueError):
        raise SettingError(f"an amount must be a number, got {shown(value)}") from None
    if not amount.is_finite() or amount < 0:
        raise SettingError(f"an amount must be finite and not negative, got {shown(value)}")
    digits = "".join(map(str, amount.as_tuple().digits)).strip("0")
    if len(digits) > 15:
        raise SettingError(f"an amount has at most 15 significant digits, got {shown(value)}")
    if amount and abs(amount.adjusted()) > 300:
        raise SettingError(f"an amount lies between 1e-300 and 1e300, got {shown(value)}")
    if not amount:
        return Decimal(0)
    return Decimal(f"{amount.normalize():f}") if amount.adjusted() < 21 else amount.normalize()


def _decimal(value: object) -> Decimal:
    if isinstance(value, str) and "_" not in value:
        return Decimal(value)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError
    return Decimal(int(value)) if isinstance(value, Integral) else Decimal(str(value))


def _as_text(value: str) -> str:
    return read_text(value, "the amount as printed")


@checked_again
@frozen(kw_only=True, repr=False)
class Money:
    """
    An amount of money.

    Parameters
    ----------
    amount
        Finite, not negative, of at most 15 significant digits, so that it survives a table
        of floating-point numbers.
    currency
        ISO 4217 code.
    text
        The amount as printed in the source, empty if it was not printed.

    Raises
    ------
    SettingError
        If the amount is not such a number.
    UnknownTermError
        If there is no such currency.

    Examples
    --------
    >>> print(Money(amount="4.5e6", currency="CNY", text="4.5M RMB"))
    4,500,000 CNY
    """

    amount: Decimal = field(converter=read_amount)
    currency: str = field(converter=currency_code)
    text: str = field(default="", converter=_as_text)

    def __repr__(self) -> str:
        """Return an expression that makes the same amount."""
        text = f", text={self.text!r}" if self.text else ""
        return f"Money(amount='{self.amount}', currency={self.currency!r}{text})"

    def __str__(self) -> str:
        """Return the amount with thousands separated, and its currency."""
        return f"{self.amount:,f} {self.currency}"


def parse_amount(text: str, currency: str | None = None) -> Money:
    """
    Read a printed amount of money.

    A dollar sign beside RMB or another currency's letters says nothing, as in ``$30M RMB``; alone
    it is the US dollar.

    *currency* is the ISO 4217 code of an amount that names no currency; without it such amounts are
    refused.

    Examples
    --------
    >>> print(parse_amount("$30M RMB"), "and", parse_amount("$2.5m"))
    30,000,000 CNY and 2,500,000 USD
    >>> parse_amount("4.5M RMB Worth").text
    '4.5M RMB Worth'
    >>> parse_amount("300K")
    Traceback (most recent call last):
    ...
    engagement.errors.UnknownTermError: the amount '300K' names no currency
    """
    if not isinstance(text, str):
        raise UnknownTermError(f"an amount of money is a text, got {shown(text)}")
    found = _AMOUNT.fullmatch(" ".join(text.split()))
    if not found:
        raise UnknownTermError(
            f"unknown amount {shown(text)}; read are '$480,000', '30M RMB', '6M USD', "
            "'2.5 million EUR'"
        )
    amount = Decimal(found["number"].replace(",", "")).scaleb(
        _SCALES[(found["scale"] or "").casefold()]
    )
    try:
        return Money(amount=amount, currency=_read_currency(found, text, currency), text=text)
    except UnknownTermError:
        raise
    except EngagementError as error:
        raise UnknownTermError(f"unknown amount {shown(text)}: {error}") from error


def _read_currency(found: re.Match[str], text: str, otherwise: str | None) -> str:
    before, after = ((found[side] or "").casefold() for side in ("before", "after"))
    words = {
        _PRINTED.get(word) or currency_code(word) for word in (before, after) if word.strip("$")
    }
    if len(words) == 1:
        return words.pop()
    if words:
        raise UnknownTermError(f"the amount {shown(text)} names two currencies")
    if before:
        return "USD"
    if otherwise is not None:
        return currency_code(otherwise)
    raise UnknownTermError(f"the amount {shown(text)} names no currency")
