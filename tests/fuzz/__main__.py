"""Damage the demo store at random, many times: ``python -m tests.fuzz --runs 300 --seed 1``."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from tests.fuzz.corruptions import CORRUPTIONS
from tests.fuzz.variants import ACCOUNTED, REFUSED, UNACCOUNTED, damaged, judge, random_damages, run_variant, sample_store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status (0 = well, 1 = a variant was not accounted for)."""
    options = _parser().parse_args(arguments)
    store = sample_store()
    outcomes: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in tqdm(range(options.first, options.first + options.runs), unit=" variants"):
            rng = np.random.default_rng([options.seed, number])
            damages = random_damages(rng, sorted(store))
            files = damaged(store, damages, rng)
            outcome = judge(run_variant(files, Path(folder)), files, damages)
            outcomes.update((damage.corruption, outcome.verdict) for damage in damages)
            if options.verbose:
                tqdm.write(f"{number}: {', '.join(map(str, damages))}: {outcome.verdict}: {outcome.explanation[:300]}")
            if outcome.verdict == UNACCOUNTED:
                tqdm.write(f"Variant {number} is not accounted for: {', '.join(map(str, damages))}\n{outcome.explanation}")
                tqdm.write(f"To see it again: python -m tests.fuzz --seed {options.seed} --first {number} --runs 1")
                return 1
    _report(outcomes)
    return 0


def _report(outcomes: Counter[tuple[str, str]]) -> None:
    """Print how often each corruption took part in a variant of each outcome."""
    print(f"{'corruption':20}{ACCOUNTED:>12}{REFUSED:>12}")
    for corruption in CORRUPTIONS:
        print(f"{corruption:20}{outcomes[corruption, ACCOUNTED]:12}{outcomes[corruption, REFUSED]:12}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description="Damage samples of the demo store's raw files at random and run staging and cleaning on each variant: the "
        "ledger must account for every record, or one message must name file and table.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=300, metavar="N", help="number of variants")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of all of them")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first variant")
    parser.add_argument("--verbose", action="store_true", help="one line per variant")
    return parser


if __name__ == "__main__":
    sys.exit(main())
