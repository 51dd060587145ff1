"""What holds for every test: no window opens, and the same code gets the same verdict."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

os.environ["MPLBACKEND"] = "Agg"

collect_ignore = ["typing"]  # type-checked, not run

# `pytest --hypothesis-profile=search` looks further, by other examples each time
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
# `--hypothesis-profile=few` for where the same code was tried at length before
settings.register_profile(
    "few",
    deadline=None,
    derandomize=True,
    max_examples=20,
    suppress_health_check=[HealthCheck.filter_too_much],  # judged by the first few examples
)
settings.load_profile("steady")
