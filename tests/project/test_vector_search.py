"""Vector search refuses invalid arguments. tests/macros/assert_nearest_vectors_are_exact.sql tests its results."""

from pathlib import Path

import pytest

from tests.conftest import run_dbt

REFUSED = {
    "{{ nearest_vectors('a', 'b', 5, 'euclidean', true) }}": ["metric is 'euclidean'", "Accepted: cosine, inner_product"],
    "{{ nearest_vectors('a', 'b', 0, 'cosine', true) }}": ["k is 0", "Accepted: an integer of 1 or more"],
    "{{ nearest_vectors('a', 'b', 'ten', 'cosine', true) }}": ["k is ten", "Accepted: an integer of 1 or more"],
    "{{ nearest_vectors('a', 'b', 5, 'cosine', 'no') }}": ["without_itself is no", "Accepted: true, false"],
    "{{ nearest_vectors('a', 'b', 5, 'cosine', true, 'flat') }}": ["index is 'flat'", "Accepted: exact, hnsw"],
    "{{ index_vectors(this, 'euclidean') }}": ["metric is 'euclidean'", "Accepted: cosine, inner_product"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests, so that the project is parsed once."""
    return tmp_path_factory.mktemp("vectors")


@pytest.mark.xdist_group("vector_search")
@pytest.mark.parametrize("query", REFUSED)
def test_invalid_arguments_are_refused_with_the_accepted_values(query: str, folder: Path) -> None:
    run = run_dbt(folder, "compile", "--inline", query)
    assert not run.succeeded
    message = " ".join(run.output.split())
    for part in REFUSED[query]:
        assert part in message, run.output


@pytest.mark.xdist_group("vector_search")
def test_exact_search_compiles_without_the_extension(folder: Path) -> None:
    run = run_dbt(folder, "compile", "--inline", "{{ nearest_vectors('a', 'b', 5, 'cosine', true) }}")
    assert run.succeeded, run.output


@pytest.mark.xdist_group("vector_search")
@pytest.mark.parametrize(
    "query", ["{{ index_vectors(this, 'cosine') }}", "{{ nearest_vectors('a', 'b', 5, 'cosine', true, 'hnsw') }}"]
)
def test_approximate_search_without_the_extension_is_refused(query: str, folder: Path) -> None:
    run = run_dbt(folder, "compile", "--inline", query)
    assert not run.succeeded
    assert "vss is not loaded" in " ".join(run.output.split())
