"""
Each setting of each public function, and its data, of every kind: an answer or a named error.

The functions, their settings and the values are in `settings_matrix`, data in `bad_data`.
"""

from __future__ import annotations

import inspect

import pytest

import engagement as eg
import settings_matrix
from bad_data import NO_DATA, POOR_DATA

LONGEST_MESSAGE = 1000


TAKES_SECONDS = {"report"}
"""Functions that pass their settings to others, and take too long to be called a thousand times."""

PUBLIC = [
    name
    for name in eg.__all__
    if inspect.isfunction(getattr(eg, name)) and name not in TAKES_SECONDS
]


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    """Give every call of a public function."""
    return settings_matrix.functions(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def methods():
    """Give every method with settings."""
    return settings_matrix.methods()


def foreign_errors(call, values):
    """List the settings and values at which something else than an answer or an own error is."""
    found = []
    for setting in call.settings():
        for kind, value in values.items():
            if setting in settings_matrix.FUNCTIONS_TAKEN and callable(value):
                continue
            try:
                call.answer(**{setting: value})
            except eg.EngagementError as error:
                if len(str(error)) > LONGEST_MESSAGE:
                    found.append((setting, kind, f"a message of {len(str(error))} characters"))
            except Exception as error:  # noqa: BLE001 - these are what is sought
                found.append((setting, kind, f"{type(error).__name__}: {error}"[:200]))
    return found


def of_function(functions, name):
    """Return the calls of one function; there is at least one."""
    found = [call for call in functions.values() if call.function.__name__ == name]
    assert found, f"{name} is tried nowhere: add it to settings_matrix.functions"
    return found


@pytest.mark.parametrize("name", PUBLIC)
def test_common_mistakes_have_named_errors(functions, name):
    """What is passed by mistake as a rule gives an answer or an error of the library."""
    for call in of_function(functions, name):
        assert not foreign_errors(call, settings_matrix.FEW)


@pytest.mark.parametrize("kind", [*NO_DATA, *POOR_DATA])
def test_bad_data_have_named_errors(functions, kind, tmp_path, monkeypatch):
    """What is passed for data of any kind to any function, and for a path, does so too."""
    monkeypatch.chdir(tmp_path)
    value = (NO_DATA | POOR_DATA)[kind]
    found = []
    for name, call in functions.items():
        for place in range(len(call.data)):
            data = (*call.data[:place], value, *call.data[place + 1 :])
            try:
                call._replace(data=data).answer()
            except (eg.EngagementError, OSError) as error:
                if len(str(error)) > LONGEST_MESSAGE + len(str(value)):
                    found.append((name, place, f"a message of {len(str(error))} characters"))
            except Exception as error:  # noqa: BLE001 - these are what is sought
                found.append((name, place, f"{type(error).__name__}: {error}"[:200]))

    assert not found


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLIC)
def test_rare_mistakes_have_named_errors(functions, name):
    """So does what is passed by mistake now and then, or by a program."""
    for call in of_function(functions, name):
        assert not foreign_errors(call, settings_matrix.MORE)


@pytest.mark.parametrize("values", ["few", pytest.param("more", marks=pytest.mark.slow)])
def test_settings_of_methods_have_named_errors(methods, values):
    """What answers are asked for is checked as what functions are asked for is."""
    chosen = {"few": settings_matrix.FEW, "more": settings_matrix.MORE}[values]
    found = {name: foreign_errors(call, chosen) for name, call in methods.items()}

    assert not {name: faults for name, faults in found.items() if faults}


def test_calls_are_answered_as_they_stand(functions, methods):
    """Each call has an answer by itself, so that it is the setting that is at fault."""
    for call in [*functions.values(), *methods.values()]:
        if not call.needs():
            call.answer()


def test_a_foreign_error_is_found():
    """A function that does not check is told, with the setting and the value."""

    def careless(*, level=0.95):
        return level > 0

    call = settings_matrix.Call(careless, ())

    assert ("level", "digits") in {fault[:2] for fault in foreign_errors(call, settings_matrix.FEW)}
