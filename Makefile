# Everything a developer types.  PYTHON=python3.12 make ...  chooses another interpreter (>= 3.11);
# the environment is made once, in .venv, and again when its description below changes.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= build/report
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help check test lint fmt nightly bench clean

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "  PYTHON=...     the interpreter to build .venv with (default: python3)"

check: $(STAMP)  ## every model against counterexamples/expected.toml; pictures in build/report
	$(BIN)/parascope gate --out $(OUT)

test: $(STAMP)  ## the unmarked tests: a few minutes
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(STAMP)  ## ruff, mypy, import rules, citations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_citations.py

fmt: $(STAMP)  ## format, and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

nightly: $(STAMP)  ## slow tests, larger instances
	$(BIN)/python -m pytest -m "slow or nightly"
	$(BIN)/parascope gate --instance small --resume build/nightly --out $(OUT)-small

bench: $(STAMP)  ## states and steps a second on the benchmark system
	$(BIN)/parascope bench corepipe

clean:  ## remove the environment and everything generated
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment left over from a failed run has no stamp and is made anew.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: PYTHON=... make")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test,render]'
	@touch $@
