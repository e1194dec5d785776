# takingstock: `make demo` and `make test` set up all they need from nothing but Python 3.11+ and make.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo .boot/bin/uv)
export UV_PYTHON_DOWNLOADS := never
export PYTHONUTF8 := 1

.PHONY: demo test lint bench campaign campaign-calibration campaign-forecast docs lock system clean

demo: $(VENV)/.run
	$(BIN)/takingstock demo --out demo

test: $(VENV)/.dev system
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests scripts benchmarks
	$(BIN)/ruff format --check src tests scripts benchmarks
	$(BIN)/mypy

bench: $(VENV)/.dev
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

campaign: $(VENV)/.dev system
	TAKINGSTOCK_CAMPAIGN=$${TIMES:-20} $(BIN)/python -m pytest -n 2

# Synthetic worlds whose truth is known: writes docs/calibration.md, its plot, and what the report prints of it.
campaign-calibration: $(VENV)/.dev
	$(BIN)/python scripts/calibrate.py --worlds $${WORLDS:-480}

# Histories of losses whose rates are known: writes the tables of docs/forecast.md and their plot.
campaign-forecast: $(VENV)/.dev
	$(BIN)/python scripts/calibrate_forecast.py

docs: $(VENV)/.dev
	$(BIN)/python scripts/build_docs.py

# The environment. .run is what a user needs, .dev adds the tools of the tests.
.boot/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "takingstock needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv .boot >/dev/null 2>&1 || rm -rf .boot
	@if [ -x .boot/bin/pip ]; then .boot/bin/pip install --quiet --disable-pip-version-check uv; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .boot/lib uv && mkdir -p .boot/bin && ln -sf ../lib/bin/uv .boot/bin/uv; \
	else \
	  echo "This Python can make no virtual environment (ensurepip is missing) and has no pip."; \
	  echo "On Debian or Ubuntu: apt-get install python3-venv   Elsewhere: install uv (https://docs.astral.sh/uv/). Then run make again."; \
	  exit 1; \
	fi

$(VENV)/bin/python: | $(UV)
	$(UV) venv --quiet --python "$$(command -v $(PYTHON))" $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

lock: | $(UV)
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

# What the tests need beside Python: a browser, a reader of PDF pages, fonts. Tests that miss them are skipped, visibly.
system:
	@bash scripts/system.sh

clean:
	rm -rf $(VENV) .boot demo
