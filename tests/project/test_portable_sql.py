"""The compiled SQL uses only what DuckDB and Spark share; exceptions are in macros/portable and nowhere else."""

import json
import re

import pytest

from tests.conftest import PROJECT, Run

# Banned SQL, and what to write instead.
BANNED = {
    r"\bqualify\b": "row_number in a CTE",
    r"::": "cast(x as type)",
    r"\barg_(max|min)\s*\(": "max_by / min_by",
    r"\blist\s*\(": "array_agg",
    r"\blen\s*\(": "length or cardinality",
    r"\bquantile_cont\s*\(|\bmad\s*\(": "percentile_cont … within group",
    r"\bregexp_replace\s*\([^)]*'g'": "macro regexp_replace_all",
    r"'[^']*\\[dws][^']*'": "[0-9] and the like, no backslashes",
    r"\b(string_agg|listagg)\s*\(": "macro string_list",
    r"\bdate_?diff\s*\([^)]*'(hour|minute|second)'": "macro epoch_seconds",
    r"(?<!\w)log\s*\(": "ln or log10",
    r"\bextract\s*\(\s*dow\b|\bdayofweek\s*\(": "macro iso_weekday",
    r"\bsha256\s*\(": "macro pseudonym, or md5",
    r"(?<!\w)hash\s*\(": "macro hash_uniform (md5)",
    r"\bgenerate_series\s*\(|(?<!\w)range\s*\(": "macro literal_rows or a date spine",
    r"\basof\s+join\b": "max(case …) over (…)",
    r"\bignore\s+nulls\b": "a window over a condition",
    r"\*\s*(exclude|replace)\s*\(": "list the columns",
    r"\bsum\s*\(\s*(strength|score|contribution)": "macro stable_sum",
    r"(?<!\w)row\s*\(": "two sort keys",
    r"(?<![\w.])(?<!/ )\d+\.\d+\s*/\s*[\d(]": "1e0 / 3, because Spark divides decimals to six places",
}
# Output of dispatched macros for DuckDB; their output for Spark differs.
DISPATCHED = [
    r"regexp_replace\((?:lower\()?[\w.]+\)?, '\[\[:space:\](?:\[:punct:\]\]|\]\+)', '[^']*', 'g'\)",
    r"unnest\(regexp_extract_all\(lower\(\w+\), '[^']*'\)\)",
    r"cast\(hash\([^()]*\) as decimal\(38, 0\)\)",
    r"sha256\(getvariable\('pseudonym_(inner|outer)'\)",
]
ORDER_BY_IN_WINDOW = re.compile(
    r"over\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?order by((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", re.I
)


def offences(sql: str) -> list[str]:
    """Return the banned parts of a query; comments are ignored."""
    code = re.sub(r"--[^\n]*|/\*.*?\*/", "", sql, flags=re.S)
    found = [f"{pattern}: write {instead}" for pattern, instead in BANNED.items() if re.search(pattern, code, re.I)]
    for window in ORDER_BY_IN_WINDOW.finditer(code):
        keys = re.split(r",(?![^(]*\))", re.split(r"\brows\b|\brange\b", window.group(1), flags=re.I)[0])
        found += [f"order by{key}: say nulls first or last" for key in keys if not re.search(r"nulls (first|last)", key, re.I)]
    return found


@pytest.mark.parametrize(
    "sql",
    [
        "select a from t qualify row_number() over (order by a nulls last) = 1",
        "select a::int from t",
        "select arg_max(a, b) from t",
        "select list(a) from t",
        "select log(a) from t",
        r"select regexp_matches(a, '\d+') from t",
        "select * exclude (a) from t",
        "select row_number() over (partition by a order by b) from t",
        "select row_number() over (order by a nulls last, b desc) from t",
        "select hash(a) from t",
        "select date_diff('hour', a, b) from t",
        "select sum(strength) from t",
        "select least(1.0 / 3, a) from t",
        "select power(0.003 / (1 - 0.003), a) from t",
    ],
)
def test_banned_sql_is_detected(sql: str) -> None:
    assert offences(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(a as int), max_by(a, b), array_agg(a), ln(a) from t -- a::int, qualify",
        "select row_number() over (partition by coalesce(a, b) order by abs(b) desc nulls last, c nulls first) from t",
        "select sum(a) over (order by b nulls last rows between unbounded preceding and current row) from t",
        "select count(*), catalogue(a), dialog(a) from t",
        "select a / 86400.0 / 120, 1e0 / 3, 1.0 / a from t",
    ],
)
def test_portable_sql_passes(sql: str) -> None:
    assert offences(sql) == []


def test_compiled_models_are_portable(demo_build: Run) -> None:
    manifest = json.loads((demo_build.target / "manifest.json").read_text())
    offending = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["language"] == "sql":
            code = node["compiled_code"]
            for dispatched in DISPATCHED:
                code = re.sub(dispatched, "", code)
            code = re.sub(r"'(?:[^']|'')*'", "''", code)  # text literals contain no SQL
            if found := offences(code):
                offending[node["name"]] = found
    assert offending == {}


def test_no_model_grants_rights_on_spark() -> None:
    """Spark without a catalogue service has no grants, so that such a model fails there."""
    models = [*(PROJECT / "models").rglob("*.sql")]
    granting = {path.name for path in models if "grants=" in (text := path.read_text()) and "('duckdb', 'spark')" not in text}
    assert granting == set()
