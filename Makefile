# `make demo` shows the product, `make test` checks it. All there is on the machine may
# be Python and make: everything else goes into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test bench clean
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
NEW_ENOUGH := import sys, ensurepip, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 14))
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## show this
	@echo "make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-6s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/local ## from a fresh clone to predictions, on this machine alone
	@printf '\n== pipeline create\n'
	@$(BIN)/pipeline create
	@printf '\n== pipeline run training -e local\n'
	@$(BIN)/pipeline run training -e local
	@printf '\n== pipeline run inference -e local\n'
	@$(BIN)/pipeline run inference -e local

test: $(VENV)/dev ## format, lint, types, imports, templates, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pipeline create --check
	$(BIN)/cfn-lint --include-checks I -- templates/*.yaml
	$(BIN)/pytest

bench: $(VENV)/bench ## measure speed and memory beside the peers
	$(BIN)/python benchmarks/run.py

clean: ## remove the environment, local executions and caches
	rm -rf $(VENV) .mlmax build *.egg-info .pytest_cache .mypy_cache .ruff_cache \
	  .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One empty file per set of extras that is installed.
$(VENV)/local $(VENV)/dev $(VENV)/bench: $(VENV)/%: setup.cfg pyproject.toml | $(BIN)/python
	@echo "installing mlmax-pipelines[$*] into $(VENV) (a minute or two, once)" >&2
	@$(BIN)/pip install --quiet --editable '.[local$(if $(filter local,$*),,$(comma)$*)]'
	@touch $@

comma := ,

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.10; do \
	  if $$python -c '$(NEW_ENOUGH)' 2>/dev/null; then \
	    exec $$python -m venv $(VENV); \
	  fi; \
	done; \
	echo "error: no Python 3.10 to 3.13 with venv here (python3 is" \
	  "$$(python3 --version 2>&1)): install one, or name one with" \
	  "'make PYTHON=/path/to/python3.12'" >&2; \
	exit 1
