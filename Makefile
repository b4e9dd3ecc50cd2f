# `make demo` shows the product, `make check` and `make test` check it. All there is on
# the machine may be Python and make: everything else goes into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PROOFS := examples fuzz images shapes sizes kills busy
.PHONY: help demo check test lint test-latest test-oldest proof $(PROOFS:%=proof-%) \
  docs constraints scan hooks bench clean
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
# What exactly is installed; empty for the newest versions that setup.cfg allows.
PINS := constraints.txt
PYTEST := pytest --numprocesses auto --dist worksteal
NEW_ENOUGH := import sys, ensurepip, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 14))
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start thousands of processes: what Python has compiled once, it keeps.
export PYTHONDONTWRITEBYTECODE :=

help: ## show this
	@echo "make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' Makefile

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

check: lint ## while you work: all but the functional tests, in 90 seconds
	$(BIN)/$(PYTEST) --ignore tests/functional -m 'not functional'

test: lint ## before you push: everything, with coverage
	rm -f .coverage*
	$(BIN)/coverage run -m $(PYTEST)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pipeline create --check
	$(BIN)/python docs/generate.py --check
	$(BIN)/cfn-lint --include-checks I -- templates/*.yaml
	$(BIN)/check-jsonschema --builtin-schema github-workflows .github/workflows/*.yml

test-latest: ## 'make test' with the newest versions allowed, in .venv-latest
	rm -rf .venv-latest
	$(MAKE) test VENV=.venv-latest PINS=

test-oldest: $(VENV)/dev ## the tests with the oldest versions allowed, in .venv-oldest
	rm -rf .venv-oldest
	mkdir -p build
	$(RESOLVE) --resolution lowest-direct --python $(BIN)/python \
	  --output-file build/oldest.txt
	$(MAKE) .venv-oldest/dev VENV=.venv-oldest PINS=build/oldest.txt
	.venv-oldest/bin/$(PYTEST)

proof: $(PROOFS:%=proof-%) ## the long proofs, one after another; 'make proof-NAME' for one

$(filter-out proof-busy,$(PROOFS:%=proof-%)): proof-%: $(VENV)/dev
	$(BIN)/$(PYTEST) --proof $*

proof-busy: $(VENV)/dev
	$(BIN)/$(PYTEST) --busy

# For every Python and system at once.
RESOLVE = $(BIN)/uv pip compile --quiet --no-config --no-annotate --no-emit-index-url \
  --no-emit-find-links --custom-compile-command 'make constraints' \
  --extra local --extra dev setup.cfg

constraints: $(VENV)/dev ## constraints.txt anew: the newest versions allowed
	$(RESOLVE) --universal --python-version 3.10 --upgrade --output-file constraints.txt

# The newest scanners. What they find in templates is answered there, in Metadata.
scan: $(VENV)/dev ## known holes in what is installed, risks in templates
	$(BIN)/uv tool run pip-audit --requirement constraints.txt --no-deps --disable-pip
	$(BIN)/uv tool run checkov --quiet --compact --framework cloudformation \
	  --directory templates

hooks: $(VENV)/dev ## let git check before each commit
	$(BIN)/pre-commit install

docs: $(VENV)/dev ## write the tables of README.md and docs/ from the declarations
	$(BIN)/python docs/generate.py

bench: $(VENV)/local ## measure speed and memory beside the peers
	$(BIN)/python benchmarks/run.py

clean: ## remove the environment, local executions and caches
	rm -rf $(VENV) .venv-latest .venv-oldest .mlmax build *.egg-info .pytest_cache \
	  .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One empty file per set of extras that is installed. The second variable is for what
# packages are built with.
$(VENV)/local $(VENV)/dev: $(VENV)/%: setup.cfg pyproject.toml $(PINS) | $(BIN)/pip
	@echo "installing mlmax-pipelines[$*] into $(VENV) (a minute or two, once)" >&2
	@PIP_CONSTRAINT=$(PINS) PIP_BUILD_CONSTRAINT=$(PINS) $(BIN)/python -m pip install \
	  --quiet --editable '.[local$(if $(filter local,$*),,$(comma)$*)]'
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
