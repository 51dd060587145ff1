"""Counts as a data set of xarray."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engagement.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["as_dataset"]


def as_dataset(
    axes: Mapping[str, tuple[str, ...]],
    periods: pd.PeriodIndex,
    counts: NDArray[np.float64],
    years: NDArray[np.float64],
    selective: NDArray[np.float64] | None,
) -> Any:
    """Make an xarray.Dataset; `Counts.to_xarray` says what it holds."""
    try:
        xr: Any = import_module("xarray")
    except ImportError:
        raise SettingError(
            "to_xarray needs the package xarray, which is not installed: pip install xarray"
        ) from None
    names = (*axes, "period")
    held = {"count": counts, "exposure_years": years, "selective": selective}
    return xr.Dataset(
        {name: (names, array) for name, array in held.items() if array is not None},
        coords={
            **{name: list(labels) for name, labels in axes.items()},
            "period": periods.to_timestamp(),
        },
        attrs={"freq": periods.freqstr},
    )
