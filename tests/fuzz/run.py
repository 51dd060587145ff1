"""
Coverage-guided fuzzing of every reader and parser: no crash, no hang, no row lost in silence.

Usage: python tests/fuzz/run.py [TARGET ...] [--seconds 60] [--corpus DIR]

Needs atheris (pip install engagement[fuzz]), which has wheels for some versions of Python only;
so this is not part of the tests. Each target runs in a process of its own. What it finds is kept
in the folder of its corpus as crash-*, timeout-* or oom-*, and the command ends with 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
N_SECONDS_FOR_ONE = 10
N_MEBIBYTES = 2048


def main() -> int:
    """Run each target for its time, or, inside such a process, one of them."""
    parser = argparse.ArgumentParser(description=__doc__.strip().partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    parser.add_argument("--corpus", type=Path, help="folder to keep what was found worth keeping")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    if options.inside:
        fuzz_one(options.targets[0], options.corpus, options.seconds)
        return 0
    from targets import TARGETS

    unknown = sorted(set(options.targets) - set(TARGETS))
    if unknown:
        parser.error(f"unknown target {unknown[0]}; the targets are {', '.join(TARGETS)}")
    corpus = options.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    failed = [
        name
        for name in options.targets or TARGETS
        if not run_target(name, corpus / name, options.seconds)
    ]
    print(f"corpus and findings: {corpus}")
    print(f"failed: {', '.join(failed)}" if failed else "nothing found")
    return 1 if failed else 0


def run_target(name: str, corpus: Path, seconds: int) -> bool:
    """Run one target in a process of its own, and tell how often it was tried."""
    corpus.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, __file__, name, "--inside", "--seconds", str(seconds)]
    ended = subprocess.run(
        [*words, "--corpus", str(corpus)], capture_output=True, text=True, check=False
    )
    told = [line for line in ended.stderr.splitlines() if line.startswith(("Done", "stat::number"))]
    print(
        f"{name}: {'; '.join(told) or 'no end was reported'}; exit {ended.returncode}", flush=True
    )
    if ended.returncode:
        print("\n".join(ended.stderr.splitlines()[-40:]), flush=True)
    return ended.returncode == 0


def fuzz_one(name: str, corpus: Path, seconds: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["engagement"]):
        from targets import TARGETS
    warnings.simplefilter("ignore")
    target = TARGETS[name]
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    os.environ["ENGAGEMENT_FUZZ"] = name
    settings = [
        *(f"-max_total_time={seconds}", f"-timeout={N_SECONDS_FOR_ONE}"),
        *(f"-rss_limit_mb={N_MEBIBYTES}", "-print_final_stats=1", f"-artifact_prefix={corpus}/"),
        *(f"-max_len={target.longest}", "-seed=1"),
    ]
    atheris.Setup([sys.argv[0], *settings, str(corpus)], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
