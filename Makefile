# make build    install into .venv, build the demo store, publish it, print some recommendations
# make test     run all checks of the project
# make help     list all targets
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
SPARK := .venv/.spark
SITE := .venv/.site
# These tools need other versions of dbt's dependencies, so each runs in an environment of its own.
COLIBRI := $(BIN)/uv tool run --quiet --python $(BIN)/python --from dbt-colibri==0.3.7 --with 'sqlglot[c]==30.10.0'
BOUNCER := $(BIN)/uv tool run --quiet --python $(BIN)/python --from dbt-bouncer==4.3.0 dbt-bouncer
UV_VERSION := $(shell sed -n 's/.*"uv==\([0-9.]*\)".*/\1/p' pyproject.toml)
# Compiling once here saves 3 of 6 s per start of dbt where Python may not write bytecode files.
SYNC = $(BIN)/uv sync --quiet --locked --compile-bytecode --python $(BIN)/python
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

# Commands for a data set.
RUN := $(BIN)/python -m warehouse_operations
# make expands nothing in these values; recipes read them from the environment, as "$$NAME".
$(foreach name,DATASET RAW TUNED VERBOSE FEWER OLDEST RELEASE CUSTOMER FILE TO FIELDS CONSENT WHY ASK TRIALS MINUTES SAMPLER STUDIES CUSTOMERS \
	TESTS N SIZES BUILDS KILLS DATASETS BASELINE,$(eval export override $(name) := $$(value $(name))))

.PHONY: check build lists refresh publish dashboard releases rollback metrics timings conventions publish-drill
.PHONY: reidentify export test pytest lint determinism fuzz benchmark-cleaning benchmark-features benchmark-candidates benchmark-evaluation benchmark-ranking benchmark-assembly tune demo-store docs clean help
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 22

$(INSTALLED): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=<path> chooses one.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(SYNC)
	@touch $@

$(TUNING): $(INSTALLED)
	$(SYNC) --inexact --group tuning --group metrics
	@touch $@

$(SPARK): $(INSTALLED)
	$(SYNC) --inexact --extra spark
	@touch $@

# Zensical needs another version of one of dbt's dependencies; the lock file pins both.
$(SITE): $(INSTALLED)
	UV_PROJECT_ENVIRONMENT=.venv/site $(SYNC) --only-group site
	@touch $@

# Unit tests and tests of macros run in `make test` only.
define BUILD_AND_PUBLISH
	@$(RUN) $(if $(VERBOSE),dbt build --exclude-resource-type unit_test,build) $(SELECTION)
	@$(PUBLISH)
endef
PUBLISH = $(RUN) publish $(if $(FEWER),--accept-fewer) $(if $(OLDEST),--oldest-data-days "$$OLDEST")

check: $(INSTALLED) ## Read and clean the raw tables of a data set and report problems, without building: make check [DATASET=] [RAW=<folder of the raw files>]
	@$(RUN) check

build: SELECTION = --selector all
build: $(INSTALLED) ## Build a data set with all capabilities and publish it: make build [DATASET=online_retail RAW=<folder of the raw files>] [TUNED=1] [VERBOSE=1]
	$(BUILD_AND_PUBLISH)

lists: SELECTION = --selector lists
lists: $(INSTALLED) ## Build the lists alone, with learning and gates, and publish them: make lists [DATASET=] [RAW=] [TUNED=1]
	$(BUILD_AND_PUBLISH)

refresh: SELECTION = --selector refresh
refresh: $(INSTALLED) ## Rebuild changed lists with the models of the last full run, and publish them: make refresh [DATASET=] [RAW=] [TUNED=1]
	$(BUILD_AND_PUBLISH)

publish: $(INSTALLED) ## Publish the last build, or print why it is refused: make publish [DATASET=] [FEWER=1, accept fewer lists or rows] [OLDEST=<days>, refuse older data]
	@$(PUBLISH)

.PHONY: build-spark
build-spark: export DBT_TARGET := spark
build-spark: SELECTION = --selector lists
build-spark: $(SPARK) ## Build the lists of a data set on Apache Spark, and publish them: make build-spark [DATASET=] [RAW=]; SPARK_MASTER names a cluster
	$(BUILD_AND_PUBLISH)

# Two runs in parallel: within one run of sqlfluff, dbt compiles all files in one process.
LINT_SQL := WAREHOUSE_PATH=:memory: $(BIN)/python -m tests.lint_sql

lint: $(INSTALLED) $(SITE) ## Check the style of Python, SQL and prose, and parse with warnings as errors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m warehouse_operations.site
	$(BIN)/python -m tests.prose
	WAREHOUSE_PATH=:memory: $(BIN)/dbt --warn-error parse
	$(LINT_SQL) models/core & core=$$!; $(LINT_SQL) models/capabilities tests; rest=$$?; wait $$core && exit $$rest
	$(BIN)/sqlfluff lint --nocolor --templater raw dashboard

tune: $(TUNING) ## Search for better parameters after a build: make tune [DATASET=] [TRIALS=40] [MINUTES=30] [SAMPLER=tpe|random|grid]
	@$(RUN) tune --trials "$$TRIALS" --minutes "$$MINUTES" --sampler "$$SAMPLER" --studies "$$STUDIES"

.PHONY: reference
reference: $(INSTALLED) ## Write docs/reference from YAML files, seeds and this Makefile, and the vars of dbt_project.yml
	@$(BIN)/python -m warehouse_operations.configuration

test: ## Run lint and all tests, and print the time of each part
	@for part in lint pytest; do \
		echo "== $$part"; started=$$SECONDS; $(MAKE) --no-print-directory $$part || exit 1; echo "== $$part: $$((SECONDS - started)) s"; \
	done

pytest: $(TUNING) $(SPARK) ## Run the tests, or some of them: make pytest [TESTS=tests/python]
	$(BIN)/pytest --durations 20 --durations-min 5 $$TESTS

determinism: $(INSTALLED) ## Check that builds of the demo store on 1 and 4 threads give the same bytes
	$(BIN)/pytest tests/project/test_determinism.py

fuzz: $(INSTALLED) ## Damage the demo's raw files at random and check that no row is lost, misread or silently rejected: make fuzz [N=300]
	$(BIN)/python -m tests.fuzz --runs "$$N"

.PHONY: benchmark
benchmark: $(INSTALLED) ## Compare the whole build with a plain pandas script, at three sizes: make benchmark [SIZES=10000]
	$(BIN)/python benchmarks/whole.py --sizes $$SIZES

.PHONY: accuracy
accuracy: $(INSTALLED) ## Measure the accuracy of all sources and methods and write docs/accuracy.md: make accuracy [DATASETS="sequence online_retail", all by default] [RAW=<folder of the raw files' folders>] [CUSTOMERS=<number per generated store>] [BASELINE=1, keep the figures as the baseline]
	$(BIN)/python -m benchmarks.accuracy --data-sets $$DATASETS --raw "$$RAW" --customers "$$CUSTOMERS" $(if $(BASELINE),--keep-as-baseline)

benchmark-cleaning: $(INSTALLED) ## Measure the cleaning of ten million order lines, then of one per cent more, against targets
	$(BIN)/python benchmarks/cleaning.py

benchmark-features: $(INSTALLED) ## Measure the features of ten million interactions against targets
	$(BIN)/python benchmarks/features.py

benchmark-candidates: $(INSTALLED) ## Measure the learned sources on ten million interactions, and als against the bare library
	$(BIN)/python benchmarks/candidates.py

benchmark-evaluation: $(INSTALLED) ## Measure the intervals of 100,000 customers and the evaluation of 20,000 against targets
	$(BIN)/python benchmarks/evaluation.py

benchmark-ranking: $(INSTALLED) ## Measure the ranking of up to 100,000 customers' candidates against targets
	$(BIN)/python benchmarks/ranking.py

benchmark-assembly: $(INSTALLED) ## Measure the assembly of 100,000 lists from fifty candidates each against targets
	$(BIN)/python benchmarks/assembly.py

.PHONY: benchmark-spark
benchmark-spark: $(INSTALLED) ## Measure the Python nodes on Spark against DuckDB with 10,000 customers, after `make build` of the demo store
	$(BIN)/python benchmarks/spark.py

reidentify: $(INSTALLED) ## Look up the ids of pseudonyms, or the pseudonyms of ids: make reidentify CUSTOMER=<id>|FILE=<one id per line> [TO=<file.csv>] WHY="<reason>"
	@$(RUN) reidentify

export: $(INSTALLED) ## Export the published lists with your own customer ids, as CSV or Parquet: make export TO=<file> WHY="<reason>" [FIELDS=<columns>] [CONSENT=marketing]
	@$(RUN) export

demo-store: $(INSTALLED) ## Regenerate seeds/demo
	$(BIN)/python -m warehouse_operations.demo_store

.PHONY: site
site: $(SITE) ## Build docs/ as a web site in target/site/html; broken links fail
	@$(BIN)/python -m warehouse_operations.site

.PHONY: screenshots
screenshots: $(INSTALLED) ## Save pictures of the demo's dashboard in docs/images, after make dashboard; needs a Chromium
	@$(BIN)/python -m tests.dashboard_browser target/dashboard/demo.html docs/images

docs: TARGET = target/$$DATASET
docs: $(INSTALLED) ## Write two static pages about a built data set: documentation, and column lineage
	@$(RUN) dbt docs generate --static
	@$(COLIBRI) python -m warehouse_operations.lineage prepare "$(TARGET)"
	@$(COLIBRI) colibri generate --light --disable-telemetry --manifest "$(TARGET)/lineage/manifest.json" --catalog "$(TARGET)/lineage/catalog.json" \
		--output-dir "$(TARGET)/lineage" > "$(TARGET)/lineage/colibri.log" 2>&1 || { cat "$(TARGET)/lineage/colibri.log"; exit 1; }
	@$(BIN)/python -m warehouse_operations.lineage finish "$(TARGET)"
	@$(BIN)/python -m warehouse_operations.lineage check "$(TARGET)"
	@echo "Open $(TARGET)/static_index.html, and $(TARGET)/lineage/index.html for column lineage"

dashboard: $(INSTALLED) ## Write one page about the current release, without a server: make dashboard [DATASET=] [CUSTOMERS=<number>, all that fit by default]
	@$(RUN) dashboard --customers "$$CUSTOMERS"

releases: $(INSTALLED) ## List the kept releases: make releases [DATASET=]
	@$(RUN) releases

rollback: $(INSTALLED) ## Switch readers to another kept release: make rollback RELEASE=<name> [DATASET=]
	@test -n "$$RELEASE" || { echo "make rollback RELEASE=<name>; make releases lists the names."; exit 2; }
	@$(RUN) rollback "$$RELEASE"

metrics: $(TUNING) ## Query metrics of the current release with MetricFlow: make metrics ASK="--metrics listed_product_count --group-by customer__segment"
	@$(RUN) metrics

timings: $(INSTALLED) ## Print the time of each node in the last run of each scope: make timings [DATASET=]
	@$(RUN) timings

conventions: $(INSTALLED) ## Check conventions over the manifest with dbt-bouncer
	@$(BIN)/dbt --quiet parse
	@$(BOUNCER) run --config-file dbt-bouncer.yml

publish-drill: $(INSTALLED) ## Read while BUILDS whole builds publish, then kill KILLS builds at random times; about an hour
	$(BIN)/python -m tests.publish_drill --builds "$$BUILDS" --kills "$$KILLS"

clean: ## Remove the files of builds, including the databases
	rm -rf target logs warehouse/*.duckdb warehouse/*.wal warehouse/*.spark warehouse/*.spark.* # published/ stays, because readers use it
