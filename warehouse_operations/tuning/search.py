"""Optuna's part: which parameters to try next, and the memory of what was tried."""

import itertools
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.trial import FrozenTrial, TrialState

from warehouse_operations.tuning.parameters import Range

# Who draws; points of a grid are handed over, and the sampler beside them draws nothing.
SAMPLERS = {
    "tpe": optuna.samplers.TPESampler,
    "random": optuna.samplers.RandomSampler,
    "grid": optuna.samplers.RandomSampler,
}
MARGIN = 1.0  # standard errors by which a trial must beat what the build uses to be chosen
optuna.logging.set_verbosity(optuna.logging.WARNING)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


@dataclass(frozen=True)
class Search:
    """How to look: ``sampler`` of ``SAMPLERS``, the number of trials of a study in all, its time in seconds, and a seed."""

    sampler: str
    trials: int
    seconds: float
    seed: int


def search(
    study: optuna.Study,
    ranges: Sequence[Range],
    baseline: Mapping[str, float],
    judge: Callable[[Mapping[str, float]], np.ndarray],
    how: Search,
    tick: Callable[[str], None],
) -> None:
    """Try parameters until there are enough trials, the time is up, or the grid is through; each finished trial is kept at once.

    The first trial is what the build uses. Every trial draws with a seed of its own, by the number of those before it, so that a
    study that was broken off and taken up again tries the same as one that ran through.

    Parameters
    ----------
    study
        Where trials are kept.
    ranges
        Where to look, one per parameter.
    baseline
        What the build uses now.
    judge
        Gives the nDCG of every customer under parameters, always of the same customers.
    how
        See :class:`Search`.
    tick
        Called with the parameters of each trial when it is finished.
    """
    ends_at = time.monotonic() + how.seconds
    wide = [limits.including(baseline[limits.parameter]) for limits in ranges]
    space = {limits.parameter: _distribution(limits) for limits in wide}
    before = judge(baseline)
    if not finished(study):
        noted = _note(before, before, "baseline")
        study.add_trial(
            optuna.trial.create_trial(params=dict(baseline), distributions=space, value=float(before.mean()), user_attrs=noted)
        )
        tick("as built")
    while (count := len(finished(study))) < how.trials + 1 and time.monotonic() < ends_at:
        if how.sampler == "grid":
            parameters = _next_of_grid(study, ranges, how.seed)
            if parameters is None:
                break
            study.enqueue_trial(parameters)
        study.sampler = SAMPLERS[how.sampler](seed=how.seed + count)
        trial = study.ask(space)
        values = judge(trial.params)
        for name, value in _note(values, before, how.sampler).items():
            trial.set_user_attr(name, value)
        study.tell(trial, float(values.mean()))
        tick(", ".join(f"{name} {value:.4g}" for name, value in trial.params.items()))


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that have a value, in the order of trying; those that were broken off have none."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def chosen(trials: Sequence[FrozenTrial]) -> int:
    """Position of the best trial among those that beat the first by more than ``MARGIN`` standard errors; 0 if none does."""

    def is_surely_better(trial: FrozenTrial) -> bool:
        error = trial.user_attrs["standard_error"]
        return error is not None and trial.user_attrs["difference"] > MARGIN * error

    eligible = [place for place, trial in enumerate(trials) if place and is_surely_better(trial)]
    return max(eligible, key=lambda place: (trials[place].value, -place), default=0)


def importances(study: optuna.Study, seed: int) -> dict[str, float]:
    """Share of each parameter in the variance of nDCG over the range (functional ANOVA, Hutter et al., ICML 2014).

    Empty where there are too few trials, or none differs from another.
    """
    values = {trial.value for trial in finished(study)}
    if len(values) < 2:
        return {}
    with np.errstate(all="ignore"):
        return get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=seed))


def _note(values: np.ndarray, before: np.ndarray, sampler: str) -> dict[str, Any]:
    gains = values - before
    error = float(gains.std(ddof=1) / np.sqrt(len(gains))) if len(gains) > 1 else None
    return {"difference": float(gains.mean()), "standard_error": error, "customer_count": len(gains), "sampler": sampler}


def _distribution(limits: Range) -> BaseDistribution:
    is_log = limits.scale == "log"
    if limits.is_whole:
        return IntDistribution(round(limits.lowest), round(limits.highest), log=is_log)
    return FloatDistribution(limits.lowest, limits.highest, log=is_log)


def _next_of_grid(study: optuna.Study, ranges: Sequence[Range], seed: int) -> dict[str, float] | None:
    """The next point of the grid that wasn't tried, None if all were. They come in a drawn order, so that one broken off has been
    everywhere. Optuna's own sampler of grids can't be taken up again without trying some twice."""
    points = list(itertools.product(*(limits.grid() for limits in ranges)))
    tried = {tuple(trial.params[limits.parameter] for limits in ranges) for trial in finished(study)}
    left = (points[place] for place in np.random.default_rng(seed).permutation(len(points)) if points[place] not in tried)
    point = next(left, None)
    return None if point is None else {limits.parameter: value for limits, value in zip(ranges, point, strict=True)}
