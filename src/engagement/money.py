"""Amounts of money in a named currency."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from attrs import field, frozen

from engagement.errors import SettingError, UnknownTermError, suggest

__all__ = ["Money", "currency_code"]

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


def currency_code(text: str) -> str:
    """
    Read a currency's ISO 4217 code.

    Raises
    ------
    UnknownTermError
        If there is no such code; close ones are suggested.

    Examples
    --------
    >>> currency_code("cny")
    'CNY'
    """
    code = text.strip().upper() if isinstance(text, str) else ""
    if code == "RMB":
        raise UnknownTermError(f"unknown currency {text!r}; the ISO 4217 code is 'CNY'")
    if code not in _CURRENCIES:
        raise UnknownTermError(
            f"unknown currency {text!r}; ISO 4217 codes are known" + suggest(code, _CURRENCIES)
        )
    return code


def _amount(value: Decimal | str | float) -> Decimal:
    try:
        amount = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise SettingError(f"an amount must be a number, got {value!r}") from None
    if not amount.is_finite() or amount < 0:
        raise SettingError(f"an amount must be finite and not negative, got {value!r}")
    amount = amount.normalize()
    if len(amount.as_tuple().digits) > 15 or abs(amount.adjusted()) > 300:
        raise SettingError(f"an amount has at most 15 significant digits, got {value!r}")
    return amount


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

    amount: Decimal = field(converter=_amount)
    currency: str = field(converter=currency_code)
    text: str = ""

    def __repr__(self) -> str:
        """Return an expression that makes the same amount."""
        text = f", text={self.text!r}" if self.text else ""
        return f"Money(amount='{self.amount}', currency={self.currency!r}{text})"

    def __str__(self) -> str:
        """Return the amount with thousands separated, and its currency."""
        return f"{self.amount:,f} {self.currency}"
