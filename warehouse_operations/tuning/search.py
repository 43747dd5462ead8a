"""Search with Optuna: choose the next parameters to try, and store the trials."""

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

# Sampler of each method. Grid points are enqueued, so the sampler of the grid method draws nothing.
SAMPLERS = {
    "tpe": optuna.samplers.TPESampler,
    "random": optuna.samplers.RandomSampler,
    "grid": optuna.samplers.RandomSampler,
}
MARGIN = 1.0  # lead over the current parameters that a trial needs to be chosen, in standard errors
optuna.logging.set_verbosity(optuna.logging.WARNING)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


@dataclass(frozen=True)
class Search:
    """Settings of a search: ``sampler`` of ``SAMPLERS``, total number of trials per study, time limit in seconds, and seed."""

    sampler: str
    trials: int
    seconds: float
    seed: int


def search(
    study: optuna.Study,
    ranges: Sequence[Range],
    baseline: Mapping[str, float],
    evaluate: Callable[[Mapping[str, float]], np.ndarray],
    how: Search,
    tick: Callable[[str], None],
) -> None:
    """Try parameters until there are enough trials, the time is up, or the grid is complete; store each trial when it finishes.

    The first trial has the current parameters of the build. The seed of each trial depends on the number of earlier trials, so an
    interrupted and resumed study tries the same parameters as an uninterrupted one.

    Parameters
    ----------
    study
        Storage of the trials.
    ranges
        Search ranges, one per parameter.
    baseline
        Current parameters of the build.
    evaluate
        Returns the nDCG of every customer under given parameters, always for the same customers.
    how
        See :class:`Search`.
    tick
        Called with the parameters of each finished trial.
    """
    ends_at = time.monotonic() + how.seconds
    wide = [limits.including(baseline[limits.parameter]) for limits in ranges]
    space = {limits.parameter: _distribution(limits) for limits in wide}
    before = evaluate(baseline)
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
        values = evaluate(trial.params)
        for name, value in _note(values, before, how.sampler).items():
            trial.set_user_attr(name, value)
        study.tell(trial, float(values.mean()))
        tick(", ".join(f"{name} {value:.4g}" for name, value in trial.params.items()))


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """Trials with a value, in the order of the search; interrupted trials have none."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def chosen(trials: Sequence[FrozenTrial]) -> int:
    """Position of the best trial among those that exceed the first by more than ``MARGIN`` standard errors; 0 if none does."""

    def exceeds_margin(trial: FrozenTrial) -> bool:
        error = trial.user_attrs["standard_error"]
        return error is not None and trial.user_attrs["difference"] > MARGIN * error

    eligible = [place for place, trial in enumerate(trials) if place and exceeds_margin(trial)]
    return max(eligible, key=lambda place: (trials[place].value, -place), default=0)


def importances(study: optuna.Study, seed: int) -> dict[str, float]:
    """Share of each parameter in the variance of nDCG over its range (functional ANOVA, Hutter et al., ICML 2014).

    Empty if there are too few trials, or if all have the same value.
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
    """Return the next untried point of the grid, None if all were tried.

    The points come in a random order, so that an interrupted search has covered the whole grid evenly. Optuna's own grid sampler
    is not used, because it repeats points when a search is resumed.
    """
    points = list(itertools.product(*(limits.grid() for limits in ranges)))
    tried = {tuple(trial.params[limits.parameter] for limits in ranges) for trial in finished(study)}
    left = (points[place] for place in np.random.default_rng(seed).permutation(len(points)) if points[place] not in tried)
    point = next(left, None)
    return None if point is None else {limits.parameter: value for limits, value in zip(ranges, point, strict=True)}
