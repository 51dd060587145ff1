"""Regressions on counts: what is fitted, and what errors say."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engagement.counting.counting import count_events
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.files.datasets import load_dataset
from engagement.intensity.design import _MONTHS, read_formula, regression_frame, years_of
from engagement.intensity.trends import fit_trend
from strategies.series import build, panel


def yearly(counts, exposures=None, first=1993):
    """Make a yearly series."""
    return CountSeries.from_arrays(counts, range(first, first + len(counts)), exposures)


def drawn(n_countries, seed, slope=0.0, n_years=20):
    """Draw a panel with a common trend."""
    rng = np.random.default_rng(seed)
    means = 3 * np.exp(slope * (np.arange(n_years) - n_years / 2))
    rows = [yearly(rng.poisson(means)) for _ in range(n_countries)]
    return panel(rows, [f"C{place}" for place in range(n_countries)])


def test_the_fit_is_that_of_statsmodels():
    """Coefficients, errors and likelihood are those of a Poisson GLM on the same columns."""
    series = yearly([1, 2, 2, 4, 3, 6, 7], [1, 1, 0.5, 1, 1, 1, 0.25])
    years = np.arange(7) - 3.0
    expected = sm.GLM(
        series.counts,
        sm.add_constant(years),
        family=sm.families.Poisson(),
        offset=np.log(series.exposure_years),
    ).fit()

    fit = fit_trend(series, errors="model")

    frame = fit.to_frame()
    assert frame["coefficient"].to_numpy() == pytest.approx(expected.params)
    assert frame["std_error"].to_numpy() == pytest.approx(expected.bse)
    assert fit.results.llf == pytest.approx(expected.llf)
    assert frame.loc["year", "ratio"] == pytest.approx(np.exp(expected.params[1]))
    assert frame.loc["year", "high"] == pytest.approx(np.exp(expected.conf_int()[1, 1]))


def test_errors_are_clustered_by_country(meetings):
    """The error of the trend is statsmodels' own, with t on one degree less than countries."""
    frame = regression_frame(list(meetings.all_series()))
    design = pd.get_dummies(frame["country"], dtype=float).assign(year=frame["year"])
    expected = sm.GLM(frame["count"], design, family=sm.families.Poisson()).fit(
        cov_type="cluster",
        cov_kwds={"groups": pd.factorize(frame["country"])[0]},
        use_t=True,
    )

    fit = fit_trend(meetings, "year + country")

    row = fit.to_frame().loc["year"]
    assert row["std_error"] == pytest.approx(expected.bse["year"])
    t = row["coefficient"] / row["std_error"]
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(t), 4))


def test_nb2_is_that_of_the_discrete_model():
    """Dispersion, coefficients and likelihood are those of statsmodels' maximum likelihood."""
    rng = np.random.default_rng(2)
    means = 6 * np.exp(0.05 * np.arange(60))
    series = yearly(rng.negative_binomial(2, 2 / (2 + means)), first=1940)
    years = np.arange(60) - 29.5
    expected = sm.NegativeBinomial(series.counts, sm.add_constant(years)).fit(disp=0)

    fit = fit_trend(series, family="negative_binomial", errors="model")

    assert fit.alpha == pytest.approx(expected.params[2], rel=1e-2)
    assert fit.to_frame()["coefficient"].to_numpy() == pytest.approx(expected.params[:2], abs=1e-3)
    assert fit.results.llf == pytest.approx(expected.llf, abs=1e-3)


def test_nb2_falls_back_on_poisson_where_nothing_is_dispersed():
    """Counts less dispersed than Poisson get an alpha of almost zero, and the same trend."""
    series = yearly([2, 3, 2, 3, 3, 4, 3, 4, 4, 5])

    fit = fit_trend(series, family="negative_binomial")

    assert fit.alpha < 1e-3
    assert fit.to_frame()["ratio"].to_numpy() == pytest.approx(
        fit_trend(series).to_frame()["ratio"].to_numpy(), rel=1e-3
    )


@settings(max_examples=15)
@given(st.lists(st.integers(0, 9), min_size=5, max_size=9), st.sampled_from([0.25, 2.0]))
def test_ratios_do_not_depend_on_the_unit_of_exposure(counts, factor):
    """All exposures multiplied divide the intercept's rate and leave the trend."""
    if np.count_nonzero(counts) < 3:
        return
    years = np.full(len(counts), 1.0)

    one, other = (fit_trend(yearly(counts, scale * years)).to_frame() for scale in (1, factor))

    assert other.loc["year", "ratio"] == pytest.approx(one.loc["year", "ratio"], rel=1e-5)
    expected = one.loc["Intercept", "ratio"] / factor
    assert other.loc["Intercept", "ratio"] == pytest.approx(expected, rel=1e-5)


def test_periods_that_were_not_observed_take_no_part():
    """The trend is that of the observed years, in their places in time."""
    blind = build(["seen", "blind", "seen", "missing", "seen", "seen"], [1, 2, 5, 9], [1, 1, 1, 1])

    frame = fit_trend(blind).frame

    assert frame["year"].tolist() == [-2.5, -0.5, 1.5, 2.5]
    assert frame["count"].tolist() == [1, 2, 5, 9]


def test_differences_between_clusters_get_no_clustered_error(meetings):
    """Where each country has its level, such errors are a meaningless zero, and are not told."""
    fit = fit_trend(meetings, "year + country")

    frame = fit.to_frame()
    assert frame.loc[["Intercept", "country[T.KGZ]"], "std_error"].isna().all()
    assert np.isfinite(frame.loc["year", "std_error"])
    assert "no clustered error for what differs between clusters alone" in fit.summary()
    every = fit_trend(meetings, "year * country")
    assert set(every.not_told) == set(every.to_frame().index)
    assert not fit_trend(meetings, "year").not_told


def test_few_clusters_are_told(meetings):
    """Five clusters are few; the summary says what is done about it."""
    told = fit_trend(meetings).summary()

    assert "5 clusters" in told
    assert "t with 4 degrees of freedom" in told
    assert "degrees of freedom" not in fit_trend(meetings, errors="robust").summary()


def test_a_label_without_events_has_no_estimate():
    """Its coefficient runs away; the table leaves its errors out and the summary names it."""
    table = panel([yearly([2, 1, 3, 2]), yearly([0, 0, 0, 0])], ["KAZ", "UZB"])

    fit = fit_trend(table, "country", errors="model")

    assert fit.not_found == ("country[T.UZB]",)
    assert fit.to_frame().loc["country[T.UZB]", "high"] != fit.to_frame().loc["Intercept", "high"]
    assert np.isnan(fit.to_frame().loc["country[T.UZB]", "high"])
    assert "no finite estimate for: country[T.UZB]" in fit.summary()
    fit.plot()


def test_seasons_are_those_of_the_calendar():
    """Quarters and months are named; days and weeks have their month."""
    frames = {
        freq: regression_frame(
            [CountSeries.from_arrays([1] * n, pd.period_range("1993-01-01", periods=n, freq=freq))]
        )
        for freq, n in (("Q", 5), ("M", 13), ("D", 40), ("W", 6))
    }

    assert frames["Q"]["season"].tolist() == ["Q1", "Q2", "Q3", "Q4", "Q1"]
    assert frames["M"]["season"].tolist()[-2:] == ["Dec", "Jan"]
    assert frames["D"]["season"].tolist()[30:32] == ["Jan", "Feb"]
    assert frames["W"]["season"].iloc[0] == "Dec"  # a week belongs where it starts


def test_seasons_stand_in_the_order_of_the_year():
    """The first month is what others are compared with, and they follow as in the calendar."""
    months = pd.period_range("1993-01", periods=24, freq="M")

    fit = fit_trend(CountSeries.from_arrays([2] * 24, months), "season")

    assert [term[9:12] for term in fit.to_frame().index[1:]] == list(_MONTHS[1:])


def test_a_season_is_found():
    """A quarter with twice the events has a ratio of two."""
    quarters = pd.period_range("1993Q1", periods=40, freq="Q")
    series = CountSeries.from_arrays(np.where(quarters.quarter == 3, 8, 4), quarters)

    frame = fit_trend(series, "season").to_frame()

    assert frame.loc["season[T.Q3]", "ratio"] == pytest.approx(2)
    assert frame.loc["season[T.Q2]", "ratio"] == pytest.approx(1)


@pytest.mark.parametrize("freq", ["Y", "Q", "M", "W", "D"])
def test_years_are_the_middles_of_periods(freq):
    """Each lies inside of its period, and they are evenly apart to within a leap day."""
    periods = pd.period_range("1993-01-01", periods=30, freq=freq)
    years = years_of(periods)

    inside = years - periods.start_time.year.to_numpy()
    assert ((inside > 0) & (inside < 1.02)).all()
    assert np.diff(years) == pytest.approx(np.diff(years).mean(), abs=0.012)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("yaer", r"names 'yaer'; there is 'country', 'year'\. Did you mean 'year'\?"),
        ("year + season", r"names 'season'.*season needs periods shorter than a year"),
        ("period", r"names 'period'; there is"),
        ("rate ~ year", r"counts stand on the left .* got 'rate'"),
        ("", "formula must be a text such as"),
        (None, "formula must be a text such as 'year \\+ country', got None"),
        ("year +", "cannot be read"),
        ("I(year, 3)", "cannot be read"),
        ("year + I(2 * year)", "terms of .* say the same: 3 coefficients .* only 2"),
    ],
)
def test_formulas_that_cannot_be_are_refused(meetings, formula, told):
    """The message names what was written and what there is."""
    with pytest.raises(SettingError, match=told):
        fit_trend(meetings, formula)


@pytest.mark.parametrize(
    ("formula", "read"),
    [
        ("year", "count ~ year"),
        ("count ~ year", "count ~ year"),
        ("~ year", "count ~ year"),
        ("C(country, Treatment('KAZ')) + np.log(year)", None),
        ("1", "count ~ 1"),
    ],
)
def test_formulas_are_completed(formula, read):
    """What is on the left may be left out; functions and texts are no names of columns."""
    assert read_formula(formula, ["country", "year"]) == (read or f"count ~ {formula}")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"family": "gaussian"}, "family must be one of 'poisson', .*, got 'gaussian'"),
        (
            {"errors": "clusters"},
            "errors must be one of .*, got 'clusters'.*Did you mean 'cluster'",
        ),
        ({"level": 95}, "level must lie strictly between 0 and 1, got 95"),
    ],
)
def test_settings_that_cannot_be_are_refused(meetings, settings, told):
    """The message names the value, and what there is."""
    with pytest.raises(SettingError, match=told):
        fit_trend(meetings, "year", **settings)


def test_what_cannot_be_fitted_is_told():
    """No countries to cluster by, nothing observed, parts of events, no event."""
    with pytest.raises(SettingError, match="needs several observed countries"):
        fit_trend(yearly([1, 2, 3]), errors="cluster")
    with pytest.raises(SeriesError, match="nothing was observed"):
        fit_trend(yearly([np.nan], [0]))
    with pytest.raises(SeriesError, match="counts must be whole numbers"):
        fit_trend(yearly([1, 0.5, 2]))
    with pytest.raises(SeriesError, match="no event was counted in 3 observed cells"):
        fit_trend(yearly([0, 0, 0]))


def test_dispersion_that_the_family_misses_is_told():
    """Poisson errors on overdispersed counts are said to be too small."""
    fit = fit_trend(yearly([0, 9, 1, 0, 12, 0, 14, 2]), errors="model")

    assert fit.dispersion == pytest.approx(fit.results.pearson_chi2 / 6)
    assert "errors of the Poisson are too small" in fit.summary()


def test_figures_show_every_term_but_the_intercept(meetings):
    """One row per term; without error none has a bar."""
    ax = fit_trend(meetings, "year * country", errors="robust").plot()

    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert "Intercept" not in names
    assert len(names) == 9


def test_a_table_by_channel_and_country_can_be_fitted():
    """Several axes at once, on the bundled data."""
    log = load_dataset("china-central-asia").where(activity=("exercise", "meeting"))
    counts = count_events(log, by=("country", "activity"), imprecise="start")
    fit = fit_trend(counts, "year * activity")

    assert fit.n_clusters == 5
    assert {"year", "activity[T.meeting]"} <= set(fit.to_frame().index)


@pytest.mark.slow
def test_clustered_errors_hold_their_size():
    """
    Of 400 panels of five countries, each with a trend of its own about none, at most about 5%
    have p up to 0.05 by the t distribution, and many more by the normal distribution, which takes
    clusters for many; the standard error is 1.1%.
    """
    rng = np.random.default_rng(7)
    years = np.arange(28) - 13.5
    low = {"t": 0, "normal": 0}
    n_panels = 400
    for _ in range(n_panels):
        means = 2 * np.exp(np.outer(rng.normal(0, 0.03, 5), years))
        table = panel([yearly(row) for row in rng.poisson(means)], list("ABCDE"))
        fit = fit_trend(table, "year + country")
        row = fit.to_frame().loc["year"]
        low["t"] += row["p_value"] <= 0.05
        low["normal"] += 2 * stats.norm.sf(abs(row["coefficient"] / row["std_error"])) <= 0.05

    assert low["t"] / n_panels < 0.05 + 3 * 0.011
    assert low["normal"] / n_panels > 0.08
