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
	@export PATH="$(CURDIR)/$(BIN):$$PATH"; \
	type() { printf '\n$$ %s\n' "$$*"; "$$@"; }; \
	type pipeline create; \
	type pipeline run training -e local; \
	trained=$$(pipeline report 2>/dev/null); \
	type pipeline run inference -e local; \
	predicted=$$(pipeline report 2>/dev/null); \
	run=$$(basename "$$predicted" .html); \
	printf '\nDone: a model trained on real data, judged, registered, and used.\n'; \
	printf '  %-12s%s\n' \
	  reports "$$trained" "" "$$predicted" \
	  predictions ".mlmax/local/s3/artifacts/inference/$$run/Collect/predictions/" \
	  templates "templates/ (CloudFormation, ready to deploy)"; \
	printf '\nNext:\n'; \
	printf '  %-44s%s\n' \
	  "source $(BIN)/activate" "so that 'pipeline' is a command" \
	  "pipeline run training -i min_roc_auc=0.999" "a model refused, and why" \
	  "pipeline graph training" "what runs, in which order" \
	  "pipeline create" "after an edit in pipelines/ or modules/"

test: $(VENV)/dev ## format, lint, types, imports, templates, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pipeline create --check
	$(BIN)/cfn-lint --include-checks I -- templates/*.yaml
	$(BIN)/pytest

bench: $(VENV)/local ## measure speed and memory beside the peers
	$(BIN)/python benchmarks/run.py

clean: ## remove the environment, local executions and caches
	rm -rf $(VENV) .mlmax build *.egg-info .pytest_cache .mypy_cache .ruff_cache \
	  .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One empty file per set of extras that is installed.
$(VENV)/local $(VENV)/dev: $(VENV)/%: setup.cfg pyproject.toml | $(BIN)/pip
	@echo "installing mlmax-pipelines[$*] into $(VENV) (a minute or two, once)" >&2
	@$(BIN)/python -m pip install --quiet --editable '.[local$(if $(filter local,$*),,$(comma)$*)]'
	@touch $@

comma := ,

# pip comes last into an environment: one that was interrupted is made again.
$(BIN)/pip:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.10; do \
	  if $$python -c '$(NEW_ENOUGH)' 2>/dev/null; then \
	    exec $$python -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "error: no Python 3.10 to 3.13 with venv here (python3 is" \
	  "$$(python3 --version 2>&1)): install one, or name one with" \
	  "'make PYTHON=/path/to/python3.12'" >&2; \
	exit 1
