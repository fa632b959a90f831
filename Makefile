# Everything a newcomer starts with. Works with GNU make 3.81 (macOS) and later; needs Python 3.11 or newer and nothing else.
.DEFAULT_GOAL := help
.PHONY: help nightly test ui docs lint lock bench clean

BIN := .venv/bin
READY := .venv/ready

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

# The environment from the lock: every package with its hash. Byte code and dbt's reading of the project are made here, so that the first
# night does not pay for them.
$(READY): requirements.lock pyproject.toml
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if command -v $$python >/dev/null 2>&1 && $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'; then \
	    echo "Creating .venv with $$python (some minutes, once)"; \
	    $$python -m venv .venv || { echo "Python's venv module is missing. On Debian: apt install python3-venv"; exit 1; }; \
	    exit 0; \
	  fi; \
	done; echo "Python 3.11, 3.12 or 3.13 is needed. Install one, or say which: make PYTHON=/path/to/python3 nightly"; exit 1
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q -j 0 .venv/lib orchestration expectations || true
	@$(BIN)/python -m orchestration.warehouse.dbt_run
	@touch $@

nightly: $(READY) ## Run the night; puts demonstration deliveries in landing where it is empty
	@$(BIN)/fjernlys nightly --demo

# A process for each core and four at most: each builds warehouses with two threads and a gigabyte, as a night does (settings.py), so that two
# cores and four gigabytes are enough. Files stay whole, since many tell a story in one data home (tests/once.py has what all share).
test: $(READY) ## Run all tests, several files at a time
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

ui: $(READY) ## Open Dagster's web page: assets, checks, runs, schedule
	@$(BIN)/fjernlys ui

docs: $(READY) ## Write dbt docs and Data Docs as static pages into site/
	@$(BIN)/fjernlys docs

lint: $(READY) ## Check the style of Python and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 0 models tests/dbt

lock: ## Resolve requirements.in anew into requirements.lock, with hashes for Linux and macOS
	python3 -m venv build/uv
	build/uv/bin/python -m pip install --quiet uv
	build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate requirements.in -o requirements.lock

bench: $(READY) ## Measure: each benchmark prints ratios of one run
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean: ## Take away what was made, except data and .venv
	rm -rf site build target logs .pytest_cache .hypothesis .ruff_cache *.egg-info
	find orchestration expectations tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
