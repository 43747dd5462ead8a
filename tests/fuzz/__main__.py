"""Run cleaning on many randomly damaged demo stores: ``python -m tests.fuzz --runs 300 --seed 1``."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from tests.fuzz.corruptions import CORRUPTIONS
from tests.fuzz.variants import ACCOUNTED, REFUSED, VERDICTS, check_variant, random_damages, sample_store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 = success, 1 = a variant is neither accounted for nor refused."""
    options = _parser().parse_args(arguments)
    store = sample_store()
    outcomes: Counter[tuple[str, str]] = Counter()
    variants: Counter[str] = Counter()
    known: dict = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in tqdm(range(options.first, options.first + options.runs), unit=" variants"):
            damages = random_damages(np.random.default_rng([options.seed, number]), sorted(store))
            outcome = check_variant(store, damages, [options.seed, number], Path(folder), known)
            outcomes.update((damage.corruption, outcome.verdict) for damage in damages)
            variants[outcome.verdict] += 1
            if options.verbose:
                tqdm.write(f"{number}: {', '.join(map(str, damages))}: {outcome.verdict}: {outcome.explanation[:300]}")
            if not outcome.is_acceptable:
                tqdm.write(f"Variant {number} is {outcome.verdict}: {', '.join(map(str, damages))}\n{outcome.explanation}")
                tqdm.write(f"To reproduce: python -m tests.fuzz --seed {options.seed} --first {number} --runs 1")
    _report(outcomes, variants)
    return 0 if variants[ACCOUNTED] + variants[REFUSED] == options.runs else 1


def _report(outcomes: Counter[tuple[str, str]], variants: Counter[str]) -> None:
    """Print, per verdict, the number of variants with each corruption and the number of all variants."""
    print(f"{'corruption':20}{''.join(f'{verdict:>12}' for verdict in VERDICTS)}")
    for corruption in CORRUPTIONS:
        print(f"{corruption:20}{''.join(f'{outcomes[corruption, verdict]:12}' for verdict in VERDICTS)}")
    print(f"{'variants':20}{''.join(f'{variants[verdict]:12}' for verdict in VERDICTS)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description="Damage samples of the demo store's raw files at random, and run staging and cleaning on each variant. "
        "Either the ledger accounts for every record and a message names each rule that rejects a large share of a table, or an "
        "error names the file it refuses.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=300, metavar="N", help="number of variants")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="random seed of all variants")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first variant")
    parser.add_argument("--verbose", action="store_true", help="print one line per variant")
    return parser


if __name__ == "__main__":
    sys.exit(main())
