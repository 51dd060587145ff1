"""Who meets whom: ranks on both sides."""

import pytest

from engagement.errors import SettingError, UnknownTermError
from engagement.events.events import Meeting
from engagement.events.parts import Participant
from engagement.interests.ranks import count_ranks
from engagement.log.eventlog import EventLog


def meeting(date, countries, *ranks, organisations=(), **rest):
    """Make a meeting of China with some, and a delegation for each rank given."""
    sides = ("CHN", *countries)
    return Meeting(
        date=date,
        channel="bilateral" if len(countries) == 1 else "multilateral",
        initiator="CHN",
        countries=countries,
        organisations=organisations,
        participants=[
            Participant(country=side, rank=rank, office=f"office {rank}")
            for side, rank in zip(sides, ranks, strict=False)
            if rank
        ],
        **rest,
    )


SUMMIT = meeting("2001-06", ("KAZ", "KGZ"), *["head of state"] * 3, organisations=["SCO"])
TALKS = meeting("2004", ("KGZ",), "minister", "head of state")
LATE = meeting("2009-05", ("KGZ",), "minister", "minister")


def test_ranks_are_those_of_both_sides():
    """One row per partner: a summit stands with each of its partners."""
    found = count_ranks(EventLog([SUMMIT, TALKS, LATE]), every="5Y")

    assert found.matrix().loc["head of state"].to_dict() == {"head of state": 2, "minister": 1}
    assert found.matrix(country="Kyrgyzstan", period="2006").to_numpy().tolist() == [[1]]
    assert found.n_events == 3
    assert found.to_frame()["n_events"].sum() == 4
    assert found.to_frame()["period"].astype(str).tolist() == ["2001", "2001", "2001", "2006"]


def test_the_share_between_heads_of_state_is_exact(meetings):
    """Those with a rank on both sides are counted, with the interval of Clopper and Pearson."""
    found = count_ranks(meetings)
    row = found.share(by=()).iloc[0]

    assert (row["n_both"], row["n_events"]) == (70, 260)
    assert (row["low"], row["high"]) == (
        pytest.approx(0.2163, abs=1e-4),
        pytest.approx(0.3275, abs=1e-4),
    )
    by_country = found.share()
    assert by_country["n_both"].sum() == 70
    assert found.share("minister", by=())["n_both"].iloc[0] > 70
    assert found.share(by=("country", "period"))["n_events"].sum() == 260
    assert "21 of 51" in found.summary()
    assert found.plot(country="KAZ").get_title(loc="left") == "KAZ"


def test_dates_in_several_periods_and_events_at_home_are_left_out():
    """An event that may lie in two bins has none, and one without a partner has no other side."""
    vague = meeting("[2004..2006]", ("KGZ",), "minister", "minister")
    home = Meeting(date="2005", channel="multilateral", initiator="CHN", organisations=["SCO"])
    found = count_ranks(EventLog([SUMMIT, vague, home]))

    assert (found.n_events, found.n_left_out) == (1, 2)
    assert "2 events without a partner country" in found.summary()
    assert count_ranks(EventLog([])).matrix().empty
    assert count_ranks(EventLog([])).plot() is not None


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda log: count_ranks(log, level=2), SettingError, "level must lie strictly between"),
        (lambda log: count_ranks(log).matrix(period="1950"), SettingError, "no event stands in"),
        (lambda log: count_ranks(log).matrix(country="XYZ"), UnknownTermError, "unknown country"),
        (lambda log: count_ranks(log).share(by="rank"), SettingError, "by takes 'country' and"),
        (lambda log: count_ranks(log).share("chief"), UnknownTermError, "unknown rank 'chief'"),
    ],
)
def test_what_cannot_be_asked(meetings, ask, error, message):
    """Each setting says what it takes, and what it got."""
    with pytest.raises(error, match=message):
        ask(meetings)
