"""Events in the terms of other schemes: codes there and back, scores, and the trap."""

import numpy as np
import pytest

import engagement as eg
from engagement.errors import SettingError, UnknownTermError
from engagement.events.events import KINDS
from engagement.intensity.crosswalk import GOLDSTEIN, PLOVER_CLASSES
from engagement.sources.cameo_codes import CAMEO_KINDS
from engagement.sources.plover import EVENT_TYPES

PAIR = {"date": "2003-05", "channel": "bilateral", "initiator": "CHN", "countries": ["KGZ"]}
ALONE = {"date": "2003-05", "channel": "domestic", "initiator": "CHN"}


def code_of(event, scheme="cameo", **settings):
    """Translate one event."""
    return eg.translate_events(eg.EventLog([event]), scheme, **settings).to_frame()["code"][0]


@pytest.mark.parametrize("code", [code for code in CAMEO_KINDS if code not in ("042", "043")])
def test_what_readers_make_of_a_code_becomes_that_code(code):
    """A code read and translated is the same code; of visits the host decides."""
    action = CAMEO_KINDS[code]

    assert code_of(KINDS[action.activity](subkind=action.subkind, **PAIR)) == code


def test_a_visit_is_made_or_received():
    """The code says whether the initiator went or was visited."""
    assert code_of(eg.Visit(host="KGZ", **PAIR)) == "042"
    assert code_of(eg.Visit(host="CHN", **PAIR)) == "043"
    assert code_of(eg.Visit(**PAIR)) == "042"


@pytest.mark.parametrize("kind", KINDS.values())
@pytest.mark.parametrize("place", [PAIR, ALONE])
def test_every_kind_has_a_code_and_a_score(kind, place):
    """No event is without a code of either scheme; each code of CAMEO has its score."""
    event = kind(**place)

    assert code_of(event) in GOLDSTEIN
    assert code_of(event, "plover") in PLOVER_CLASSES
    assert set(PLOVER_CLASSES) - set(EVENT_TYPES) == set()


def test_what_a_state_does_alone_is_scored_as_conflict():
    """That is the trap: a measure at home and an exercise alone, but no exercise with another."""
    log = eg.EventLog(
        [eg.Measure(**ALONE), eg.Exercise(**ALONE), eg.Exercise(**PAIR), eg.Meeting(**PAIR)]
    )

    for scheme in ("cameo", "plover"):
        walk = eg.translate_events(log, scheme)

        assert walk.n_trapped == 2
        assert "trap: 2 events that a state did alone" in walk.summary()
        assert walk.to_frame()["trap"].sum() == 2


def test_scores_weigh_events():
    """Cooperation and conflict are summed apart, and a code without a score is unknown."""
    log = eg.EventLog([eg.Measure(**ALONE), eg.Exercise(**PAIR), eg.Meeting(**PAIR)])
    walk = eg.translate_events(log, "cameo", codes={"meeting": "036"})

    for weigh, least, unknown in (
        (walk.cooperation, {"CHN": 0.0, "KGZ": 7.4}, 1),
        (walk.conflict, {"CHN": 7.2, "KGZ": 0.0}, 1),
    ):
        sums = eg.weigh_events(log, weigh, by="country")

        frame = sums.to_frame().set_index("country")
        assert frame["at_least"].to_dict() == pytest.approx(least)
        assert frame["n_unknown"].sum() == unknown
        assert sums.weight == weigh.__name__
    assert np.isinf(frame.loc["KGZ", "at_most"])


def test_plover_has_no_scores_here():
    """Its types have a class; what hangs on modes is unknown."""
    walk = eg.translate_events(eg.EventLog([eg.Transfer(terms="sale", **PAIR)]), "plover")

    assert walk.to_frame()["score"].isna().all()
    assert walk.cooperation(walk.log[0]) is None
    assert "COOPERATE" in walk.summary()
    assert "material cooperation" in walk.summary()


def test_figures_mark_the_trap(bundled_log):
    """Codes with their events; those of the trap in a colour of their own."""
    ax = eg.translate_events(bundled_log, "cameo").plot()

    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["events", "done alone: conflict in the scheme"]
    eg.translate_events(eg.EventLog(), "plover").plot()


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        (
            {"scheme": "cameos"},
            SettingError,
            "scheme must be one of 'cameo', 'plover', got 'cameos'",
        ),
        ({"codes": "060"}, SettingError, "codes must be a mapping of kinds of events to codes"),
        ({"codes": {"training": 60}}, SettingError, "a code is a text such as '060', got 60"),
        ({"codes": {"training": "999"}}, UnknownTermError, "must be a CAMEO code"),
        ({"codes": {"course": "060"}}, UnknownTermError, "unknown activity 'course'"),
        (
            {"scheme": "plover", "codes": {"training": "TEACH"}},
            SettingError,
            "PLOVER type must be one of .*, got 'TEACH'",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(settings, error, told):
    """The message names the value and what there is."""
    asked = {"scheme": "cameo", **settings}

    with pytest.raises(error, match=told):
        eg.translate_events(eg.EventLog(), **asked)


def test_something_else_than_a_log_is_refused():
    """The message says what is needed."""
    with pytest.raises(SettingError, match="log must be an EventLog, got"):
        eg.translate_events([], "cameo")
