"""The demo build follows dbt-bouncer's conventions, and dbt-bouncer reports violations. It runs in its own environment."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Run

# The version that the Makefile pins.
(PIN,) = re.findall(r"dbt-bouncer==[0-9.]+", (PROJECT / "Makefile").read_text())


def checked(manifest: dict, folder: Path) -> subprocess.CompletedProcess:
    """Run dbt-bouncer on a manifest."""
    uv = shutil.which("uv", path=str(PROJECT / ".venv" / "bin")) or shutil.which("uv")
    if not uv:
        pytest.skip("uv isn't installed")
    tool = [uv, "tool", "run", "--quiet", "--from", PIN, "dbt-bouncer"]
    made = subprocess.run([*tool, "--version"], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no environment with {PIN} can be made: {made.stderr[-300:]}")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    config = folder / "dbt-bouncer.yml"
    config.write_text(
        (PROJECT / "dbt-bouncer.yml").read_text().replace("dbt_artifacts_dir: target", f"dbt_artifacts_dir: {folder}")
    )
    command = [*tool, "run", "--config-file", str(config), "--show-all-failures"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)


def test_conventions_hold_and_violations_are_reported(demo_build: Run, tmp_path: Path) -> None:
    manifest = json.loads((demo_build.target / "manifest.json").read_text())
    good = checked(manifest, tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr
    nodes = manifest["nodes"]
    prefix = "model.warehouse_recommender."
    nodes[f"{prefix}pool"]["description"] = ""
    nodes[f"{prefix}dates"]["config"]["contract"]["enforced"] = False
    nodes[f"{prefix}dates"]["contract"]["enforced"] = False
    bad = checked(manifest, tmp_path)
    assert bad.returncode == 1
    said = re.sub(r"\s+", " ", bad.stdout + bad.stderr)
    for check, model in [
        ("check_model_description_populated", "pool"),
        ("check_model_contract_enforced_for_public_model", "dates"),
    ]:
        assert re.search(rf"{check}:[0-9]+:{model}", said), said[-2000:]
