"""What is asked of every series of a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from engagement.changes.posterior.inference import infer_series
from engagement.changes.posterior.segmentation_inference import room_for
from engagement.changes.testing.nulls import NULLS
from engagement.counting.series import CountSeries
from engagement.errors import SettingError
from engagement.events.coverage import Coverage
from engagement.models.families import Family, read_family
from engagement.settings.checks import check_instance, check_share, check_whole, read_choice
from engagement.settings.seeds import read_seed

if TYPE_CHECKING:
    from engagement.changes.posterior.answer import ChangePosterior

__all__ = ["Question", "read_question"]


@frozen(kw_only=True, eq=False)
class Question:
    """What is asked of every series."""

    level: float
    family: Family
    null: str
    season: int | None
    seed: int
    coverage: Coverage | None
    changed: float | None = None
    """Share of the series that change, where the panel is asked in place of a test."""
    bound: float = 1.0
    """
    The largest p-value at which a series of the panel is found uneven; where the panel is asked,
    the largest probability of no change.
    """

    def posterior_of(self, series: CountSeries) -> ChangePosterior:
        """Compute the posterior of a series as it is weighed, its season left in."""
        check_instance("series", series, CountSeries)
        return infer_series(
            series,
            self.family,
            min_length=room_for(series.n_observed),
            changed=self.changed,
        )


def read_question(
    level: float, family: object, null: object, season: object, rng: object
) -> Question:
    """Read the settings of `detect_changes` that every series is asked by."""
    read_choice("null", null, NULLS)
    return Question(
        level=check_share("level", level),
        family=_read_counting_family(family),
        null=str(null),
        season=None if season is None else check_whole("season", season, least=2),
        seed=read_seed(rng),
        coverage=None,
    )


def _read_counting_family(family: object) -> Family:
    chosen = read_family(family)
    if not chosen.whole_counts:
        raise SettingError(
            f"changes are detected in counts, and family '{chosen.name}' is of other numbers; "
            "change_posterior and segment take it"
        )
    return chosen
