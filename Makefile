.DEFAULT_GOAL := help
.PHONY: help run test test-fast check format lock bench chaos clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

run: .venv/run.stamp ## Serve the demo commune on http://localhost:8080
	@$(BIN)/danhoi run --demo

test: .venv/dev.stamp ## Run all tests (SQLite and a real PostgreSQL)
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

check: .venv/dev.stamp ## Format, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/dev.stamp ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/dev.stamp ## Measure search quality and latency beside the peers
	@$(BIN)/python -m bench.search

chaos: .venv/dev.stamp ## Kill the serving process at many places of the whole story (minutes)
	@$(BIN)/python -m pytest tests/e2e -m slow

lock: ## Resolve the dependencies again (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --no-emit-index-url \
	  pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --no-emit-index-url \
	  --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the environment and caches (never the data folder)
	rm -rf .venv *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@echo "Making the environment …"
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what is needed to run …"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp | .venv/bin/python
	@echo "Installing what is needed to check …"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
