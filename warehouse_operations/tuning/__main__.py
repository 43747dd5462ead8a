"""`python -m warehouse_operations.tuning`, as `make tune` calls it; see docs/capabilities/tuning.md."""

import argparse
import csv
import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import optuna
import pyarrow as pa
import yaml
from tqdm import tqdm

from warehouse_operations.project import PROJECT, build_vars
from warehouse_operations.tuning import search
from warehouse_operations.tuning.parameters import SEED, Range, model_settings, ranges
from warehouse_operations.tuning.studies import STUDIES
from warehouse_operations.tuning.warehouse import Inputs, NotBuiltError, read
from warehouse_recommender.ranking.lists import RANKING_K

COLUMNS = [
    *("study", "trial", "sampler", "parameter", "value", "ndcg_at_k", "difference", "standard_error", "customer_count"),
    *("is_baseline", "is_chosen", "importance"),
]
# Vars added to a study's result: the learning curve must not shorten tuned sweeps.
COMPANIONS = {"als": {"als_early_stopping": False}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Tune; returns the exit status: 0, 2 for invalid options, or 130 if interrupted."""
    options = _parser().parse_args(arguments)
    try:
        variables = build_vars(options.vars)
        wanted = _wanted(options.studies)
        if options.trials < 1 or options.minutes <= 0:
            raise ValueError(f"TRIALS is {options.trials}, MINUTES {options.minutes}. Accepted: 1 or more, above 0.")
        limits = ranges(options.ranges, STUDIES, variables)
        dataset = variables["dataset"]
        warehouse = options.warehouse or PROJECT / "warehouse" / f"{dataset}.duckdb"
        print(f"reading the tuning cutoffs of {warehouse}", flush=True)
        inputs = read(warehouse, f"make build DATASET={dataset}")
    except (ValueError, NotBuiltError) as error:
        print(error, file=sys.stderr)
        return 2
    folder = options.folder or warehouse.parent
    folder.mkdir(parents=True, exist_ok=True)
    storage = f"sqlite:///{folder / f'{dataset}_tuning.db'}"
    seconds = options.minutes * 60 / len(wanted)
    how = search.Search(options.sampler, options.trials, seconds, variables["seed"])
    status = 0
    try:
        for name in wanted:
            _tune(name, storage, inputs, limits, variables, how)
    except KeyboardInterrupt:
        print("interrupted; rerun the same command to resume", file=sys.stderr)
        status = 130
    tables = {name: _rows(name, storage, inputs, limits, variables) for name in STUDIES}
    trials = folder / f"{dataset}_tuning.csv"
    _write_csv(trials, [row for rows in tables.values() for row in rows])
    tuned = options.tuned or PROJECT / "datasets" / f"{dataset}.tuned.yml"
    tuned.write_text(_tuned_file(tables, limits, dataset))
    print(f"\n{tuned.read_text()}\nTrials are in {trials} and, after the next build, in marts.tuning_trials.")
    return status


def _tune(
    name: str, storage: str, inputs: Inputs, limits: Sequence[Range], variables: Mapping[str, Any], how: search.Search
) -> None:
    own = [row for row in limits if row.study == name]
    if not own or (name == "ranker" and len(inputs.tables["examples"]) == 0):
        print(f"{name}: nothing to tune")
        return
    current = _current(inputs, variables)
    study = optuna.create_study(
        storage=storage, study_name=_study_name(name, inputs, own, current), direction="maximize", load_if_exists=True
    )
    done = len(search.finished(study))
    with tqdm(total=how.trials + 1, initial=min(done, how.trials + 1), desc=f"{name:<10}", unit="trial", mininterval=0) as bar:

        def tick(what: str) -> None:
            bar.update()
            bar.set_postfix_str(f"best {study.best_value:.4f}; {what}")

        search.search(
            study,
            own,
            {row.parameter: row.number(current[row.parameter]) for row in own},
            lambda parameters: STUDIES[name](inputs, current | dict(parameters)),
            how,
            tick,
        )


def _current(inputs: Inputs, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the build, including those it chose itself; for sweeps, the number after which it stops."""
    return dict(variables) | inputs.chosen | {"als_iterations": inputs.sweeps or variables["als_iterations"]}


def _study_name(name: str, inputs: Inputs, limits: Sequence[Range], current: Mapping[str, Any]) -> str:
    """Name and fingerprint of a study's data and settings: trials on other data or settings can't be compared."""
    used = [table for key, table in sorted(inputs.tables.items()) if (key == "examples") == (name == "ranker")]
    digest = hashlib.md5(repr((limits, current["repeat_policy"], RANKING_K, _settings(name, current))).encode())
    for table in used:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table.combine_chunks())
        digest.update(sink.getvalue())
    return f"{name} {digest.hexdigest()[:12]}"


def _settings(name: str, current: Mapping[str, Any]) -> list[Any]:
    metas = model_settings(current)
    models = {"als": ["als_product_factors"], "spectral": ["spectral_filters"], "neighbours": ["product_neighbours"]}
    models |= {"decay": [model for own in models.values() for model in own], "ranker": ["ranker_fits"], "popularity": []}
    own = ["strength_half_life_days", "popularity_half_life_days", "als_alpha", "als_iterations"]
    return [metas[model] for model in models[name]] + [current[key] for key in own if name != "ranker"]


def _rows(name: str, storage: str, inputs: Inputs, limits: Sequence[Range], variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the trials file: trial × parameter of the study on these data; empty if it wasn't tuned."""
    own, current = [row for row in limits if row.study == name], _current(inputs, variables)
    try:
        study = optuna.load_study(storage=storage, study_name=_study_name(name, inputs, own, current))
    except KeyError:
        return []
    trials = search.finished(study)
    best = search.chosen(trials) if trials else 0
    shares = search.importances(study, variables["seed"])
    return [
        {
            "study": name,
            "trial": place,
            "sampler": trial.user_attrs["sampler"],
            "parameter": parameter,
            "value": repr(float(value)),
            "ndcg_at_k": repr(trial.value),
            "difference": repr(trial.user_attrs["difference"]),
            "standard_error": trial.user_attrs["standard_error"],
            "customer_count": trial.user_attrs["customer_count"],
            "is_baseline": str(place == 0).lower(),
            "is_chosen": str(place == best).lower(),
            "importance": shares.get(parameter),
        }
        for place, trial in enumerate(trials)
        for parameter, value in trial.params.items()
    ]


def _write_csv(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    partial = file.with_suffix(".csv.part")
    with partial.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(partial, file)


def _tuned_file(tables: Mapping[str, Sequence[Mapping[str, Any]]], limits: Sequence[Range], dataset: str) -> str:
    """Vars of the chosen trials as YAML, with their nDCG; a comment for a study without an improvement."""
    whole = {row.parameter for row in limits if row.is_whole}
    lines = [f"# Written by `make tune` on the tuning cutoffs; `make build DATASET={dataset} TUNED=1` builds with these vars."]
    for name, rows in tables.items():
        best = [row for row in rows if row["is_chosen"] == "true"]
        if not best:
            continue
        flags = ("is_baseline", "is_chosen")
        before, after = (float(next(row["ndcg_at_k"] for row in rows if row[flag] == "true")) for flag in flags)
        if best[0]["is_baseline"] == "true":
            lines.append(f"# {name}: no reliable improvement over nDCG {before:.4f}, as built")
            continue
        error = float(best[0]["standard_error"])
        lines.append(f"# {name}: nDCG {before:.4f} → {after:.4f}, difference {after - before:.4f} ± {error:.4f} (standard error)")
        values = {row["parameter"]: float(row["value"]) for row in best}
        found = {key: round(value) if key in whole else float(f"{value:.6g}") for key, value in values.items()}
        lines.append(yaml.safe_dump(found | COMPANIONS.get(name, {}), sort_keys=False).rstrip())
    return "\n".join(lines) + "\n"


def _wanted(text: str) -> list[str]:
    names = text.split(",") if text else list(STUDIES)
    if unknown := [name for name in names if name not in STUDIES]:
        raise ValueError(f"unknown study '{unknown[0]}'. Accepted: {', '.join(STUDIES)}.")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m warehouse_operations.tuning", description=__doc__)
    parser.add_argument("--vars", default="", help="vars of the build as YAML, as for dbt")
    parser.add_argument("--trials", type=int, default=40, help="trials per study, including those of earlier runs")
    parser.add_argument("--minutes", type=float, default=30, help="total minutes, split evenly over the studies")
    parser.add_argument("--sampler", choices=list(search.SAMPLERS), default="tpe")
    parser.add_argument("--studies", default="", help=f"comma-separated subset of {','.join(STUDIES)}")
    parser.add_argument("--ranges", type=Path, default=SEED, help="CSV of tuned parameters and their ranges")
    given = Path(os.environ["WAREHOUSE_PATH"]) if os.environ.get("WAREHOUSE_PATH") else None
    parser.add_argument("--warehouse", type=Path, default=given, help="DuckDB file; by default warehouse/<dataset>.duckdb")
    parser.add_argument(
        "--folder", type=Path, help="folder of the trials; by default that of the warehouse, where builds read them"
    )
    parser.add_argument("--tuned", type=Path, help="vars file to write; by default datasets/<dataset>.tuned.yml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
