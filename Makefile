# make build    install everything into .venv, build the demo store, publish it, show some recommendations
# make test     everything that guards the project
# make help     the other targets
SHELL := /bin/bash
PYTHON ?= python3
DATASET ?= demo
RAW ?=
N ?= 300
TRIALS ?= 40
MINUTES ?= 30
SAMPLER ?= tpe
STUDIES ?=
SIZES ?= 10000 30000 100000
ASK ?= --metrics recommendation_count,listed_product_count,exploration_share --group-by customer__segment
KILLS ?= 30
CUSTOMERS ?= auto
TESTS ?=
BUILDS ?= 3
DATASETS ?=
BIN := .venv/bin
INSTALLED := .venv/.installed
TUNING := .venv/.tuning
SITE := .venv/.site
# Tools that need other versions of what dbt needs; each runs in an environment of its own.
COLIBRI := $(BIN)/uv tool run --quiet --python $(BIN)/python --from dbt-colibri==0.3.7 --with 'sqlglot[c]==30.10.0'
BOUNCER := $(BIN)/uv tool run --quiet --python $(BIN)/python --from dbt-bouncer==4.3.0 dbt-bouncer
UV_VERSION := $(shell sed -n 's/.*"uv==\([0-9.]*\)".*/\1/p' pyproject.toml)
# Bytecode is made once here: without it each start of dbt compiles a thousand modules where Python may not write them (3 s of 6).
SYNC = $(BIN)/uv sync --quiet --locked --compile-bytecode --python $(BIN)/python
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

# Commands about a data set.
RUN := $(BIN)/python -m warehouse_operations
# Values are taken as they are given: make expands nothing in them, and recipes read them from the environment, as "$$NAME".
$(foreach name,DATASET RAW TUNED VERBOSE FEWER OLDEST RELEASE CUSTOMER FILE TO FIELDS CONSENT WHY ASK TRIALS MINUTES SAMPLER STUDIES CUSTOMERS \
	TESTS N SIZES BUILDS KILLS DATASETS BASELINE,$(eval export override $(name) := $$(value $(name))))

.PHONY: check build lists refresh publish dashboard releases rollback metrics timings conventions publish-drill
.PHONY: reidentify export test pytest lint determinism fuzz benchmark-cleaning benchmark-features benchmark-candidates benchmark-evaluation benchmark-ranking benchmark-assembly tune demo-store docs clean help
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(INSTALLED): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=<path> chooses one.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(SYNC)
	@touch $@

$(TUNING): $(INSTALLED)
	$(SYNC) --group tuning --group metrics
	@touch $@

# Zensical needs another version of one of dbt's dependencies; the lock file pins both.
$(SITE): $(INSTALLED)
	UV_PROJECT_ENVIRONMENT=.venv/site $(SYNC) --only-group site
	@touch $@

# Unit tests run in make test.
SELECTION =
define BUILD_AND_PUBLISH
	@$(RUN) $(if $(VERBOSE),dbt build --exclude-resource-type unit_test,build) $(SELECTION)
	@$(PUBLISH)
endef
PUBLISH = $(RUN) publish $(if $(FEWER),--accept-fewer) $(if $(OLDEST),--oldest-data-days "$$OLDEST")

check: $(INSTALLED) ## what a build would make of the raw tables of a dataset, before any build: make check [DATASET=] [RAW=<folder of the raw files>]
	@$(RUN) check

build: $(INSTALLED) ## build and publish a dataset, all of it: make build [DATASET=online_retail RAW=<folder of the raw files>] [TUNED=1] [VERBOSE=1]
	$(BUILD_AND_PUBLISH)

lists: SELECTION = --selector lists
lists: $(INSTALLED) ## build and publish the lists alone, learned anew and held against the gates: make lists [DATASET=] [RAW=] [TUNED=1]
	$(BUILD_AND_PUBLISH)

refresh: SELECTION = --selector refresh
refresh: $(INSTALLED) ## build and publish the lists as of now, with what the last run learned: make refresh [DATASET=] [RAW=] [TUNED=1]
	$(BUILD_AND_PUBLISH)

publish: $(INSTALLED) ## publish what was built last, or say why not: make publish [DATASET=] [FEWER=1, fewer lists or rows than a release should have] [OLDEST=<days>, refuse older data]
	@$(PUBLISH)

# Two halves of the files at once: within one run of sqlfluff, one process has dbt compile all files.
LINT_SQL := WAREHOUSE_PATH=:memory: $(BIN)/python -m tests.lint_sql

lint: $(INSTALLED) $(SITE) ## style of Python and SQL, and a parse that takes warnings for errors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m warehouse_operations.site
	WAREHOUSE_PATH=:memory: $(BIN)/dbt --warn-error parse
	$(LINT_SQL) models/core & core=$$!; $(LINT_SQL) models/capabilities tests; rest=$$?; wait $$core && exit $$rest
	$(BIN)/sqlfluff lint --nocolor --templater raw dashboard

tune: $(TUNING) ## look for better parameters after a build: make tune [DATASET=] [TRIALS=40] [MINUTES=30] [SAMPLER=tpe|random|grid]
	@$(RUN) tune --trials "$$TRIALS" --minutes "$$MINUTES" --sampler "$$SAMPLER" --studies "$$STUDIES"

.PHONY: vars
vars: $(INSTALLED) ## write the vars of dbt_project.yml and docs/reference/vars.md from macros/core/configuration/public_vars.sql
	@$(BIN)/python -m warehouse_operations.configuration

test: ## everything that guards the project: lint, parse, unit and data tests, Python tests, determinism; how long each part took
	@for part in lint pytest; do \
		echo "== $$part"; started=$$SECONDS; $(MAKE) --no-print-directory $$part || exit 1; echo "== $$part: $$((SECONDS - started)) s"; \
	done

pytest: $(TUNING) ## the tests alone, or some of them: make pytest [TESTS=tests/python]
	$(BIN)/pytest --durations 20 --durations-min 5 $$TESTS

determinism: $(INSTALLED) ## two builds of the demo store, on 1 and 4 threads, must give the same bytes
	$(BIN)/pytest tests/project/test_determinism.py

fuzz: $(INSTALLED) ## damage the demo's raw files at random: no row may be lost, misread or rejected unseen: make fuzz [N=300]
	$(BIN)/python -m tests.fuzz --runs "$$N"

.PHONY: benchmark
benchmark: $(INSTALLED) ## the whole build beside a plain script of pandas and implicit, at three sizes: make benchmark [SIZES=10000]
	$(BIN)/python benchmarks/whole.py --sizes $$SIZES

.PHONY: accuracy
accuracy: $(INSTALLED) ## measure all sources and methods and write docs/accuracy.md: make accuracy [DATASETS="sequence online_retail", all by default] [RAW=<folder of the folders of raw files>] [CUSTOMERS=<of a generated store>] [BASELINE=1, keep the figures as those before]
	$(BIN)/python -m benchmarks.accuracy --data-sets $$DATASETS --raw "$$RAW" --customers "$$CUSTOMERS" $(if $(BASELINE),--keep-as-baseline)

benchmark-cleaning: $(INSTALLED) ## clean ten million order lines and then one per cent of new ones, against targets of time and memory
	$(BIN)/python benchmarks/cleaning.py

benchmark-features: $(INSTALLED) ## features of ten million interactions, against targets of time and memory
	$(BIN)/python benchmarks/features.py

benchmark-candidates: $(INSTALLED) ## what the learnt sources cost on ten million interactions; als against the bare library
	$(BIN)/python benchmarks/candidates.py

benchmark-evaluation: $(INSTALLED) ## intervals of 100,000 customers and a whole evaluation of 20,000, against targets of time and memory
	$(BIN)/python benchmarks/evaluation.py

benchmark-ranking: $(INSTALLED) ## make the lists of up to 100,000 customers out of 120 million proposals, against targets of time and memory
	$(BIN)/python benchmarks/ranking.py

benchmark-assembly: $(INSTALLED) ## assemble the lists of 100,000 customers from fifty candidates each, against targets of time and memory
	$(BIN)/python benchmarks/assembly.py

reidentify: $(INSTALLED) ## who is behind pseudonyms, or the other way round: make reidentify CUSTOMER=<id>|FILE=<one id per line> [TO=<file.csv>] WHY="<reason>"
	@$(RUN) reidentify

export: $(INSTALLED) ## the published lists with your own customer ids, as CSV or Parquet: make export TO=<file> WHY="<reason>" [FIELDS=<columns>] [CONSENT=marketing]
	@$(RUN) export

demo-store: $(INSTALLED) ## write seeds/demo anew
	$(BIN)/python -m warehouse_operations.demo_store

.PHONY: site
site: $(SITE) ## Build docs/ as a web site in target/site/html; broken links fail
	@$(BIN)/python -m warehouse_operations.site

.PHONY: screenshots
screenshots: $(INSTALLED) ## Save pictures of the demo's dashboard in docs/images, after make dashboard; needs a Chromium
	@$(BIN)/python -m tests.dashboard_browser target/dashboard/demo.html docs/images

docs: TARGET = target/$$DATASET
docs: $(INSTALLED) ## two static pages about a dataset that was built: documentation, and lineage column by column
	@$(RUN) dbt docs generate --static
	@$(COLIBRI) python -m warehouse_operations.lineage prepare "$(TARGET)"
	@$(COLIBRI) colibri generate --light --disable-telemetry --manifest "$(TARGET)/lineage/manifest.json" --catalog "$(TARGET)/lineage/catalog.json" \
		--output-dir "$(TARGET)/lineage" > "$(TARGET)/lineage/colibri.log" 2>&1 || { cat "$(TARGET)/lineage/colibri.log"; exit 1; }
	@$(BIN)/python -m warehouse_operations.lineage finish "$(TARGET)"
	@$(BIN)/python -m warehouse_operations.lineage check "$(TARGET)"
	@echo "Open $(TARGET)/static_index.html, and $(TARGET)/lineage/index.html for the way of each column"

dashboard: $(INSTALLED) ## one page about what was published, without a server: make dashboard [DATASET=] [CUSTOMERS=<number>, all that fit by default]
	@$(RUN) dashboard --customers "$$CUSTOMERS"

releases: $(INSTALLED) ## what was published and is kept: make releases [DATASET=]
	@$(RUN) releases

rollback: $(INSTALLED) ## let readers see another kept release: make rollback RELEASE=<name> [DATASET=]
	@test -n "$$RELEASE" || { echo "make rollback RELEASE=<name>; make releases lists the names."; exit 2; }
	@$(RUN) rollback "$$RELEASE"

metrics: $(TUNING) ## ask MetricFlow about what was published: make metrics ASK="--metrics listed_product_count --group-by customer__segment"
	@$(RUN) metrics

timings: $(INSTALLED) ## how long nodes took in the last run of each scope: make timings [DATASET=]
	@$(RUN) timings

conventions: $(INSTALLED) ## conventions over the manifest of the last parse, by dbt-bouncer
	@$(BIN)/dbt --quiet parse
	@$(BOUNCER) run --config-file dbt-bouncer.yml

publish-drill: $(INSTALLED) ## read while BUILDS whole builds publish, then kill KILLS builds at random moments; about an hour
	$(BIN)/python -m tests.publish_drill --builds "$$BUILDS" --kills "$$KILLS"

clean: ## remove what builds leave behind, the databases included
	rm -rf target logs warehouse/*.duckdb warehouse/*.wal # published/ stays: others read it
