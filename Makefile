# `make demo` and `make test` each set up everything they need, in .venv and tests/sdks/node_modules.
# Without make (Windows): the README gives the plain commands.

PYTHON ?= python3
BIN := .venv/bin
# Node and npm come from a wheel on a machine that has none.
EXTRA := $(if $(and $(shell command -v node),$(shell command -v npm)),,[node])

# Bytecode is kept, also where images switch that off: many tests start a Python, which else compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check coverage bench matrix mutation seeds clean

demo: .venv/.frameworks
	$(BIN)/python examples/run.py

test: check .venv/.readers
	$(BIN)/python -m pytest -n auto --dist worksteal

# Apart, since being watched costs a third as much again.
coverage: .venv/.tools .venv/.readers
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n auto --dist worksteal
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

check: .venv/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict tests/typing/api.py
	$(BIN)/pyright --pythonpath $(BIN)/python tests/typing/api.py
	$(BIN)/lint-imports --no-logo

matrix: .venv/.tools .venv/.readers
	$(BIN)/nox

bench: .venv/.tools
	$(BIN)/python -m tests.bench

# Every guard of the contracts' own test handlers is taken out, one at a time.
mutation: .venv/.tools .venv/.readers
	$(BIN)/python -m tests.checks.mutation

# The verdicts of contracts under twenty seeds.
seeds: .venv/.tools .venv/.readers
	for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do \
	  $(BIN)/python -m pytest -q -n auto tests/checks/test_twins.py --wx-seed=$$seed --hypothesis-seed=$$seed || exit 1; done

clean:
	rm -rf .venv .nox .coverage .coverage.* tests/sdks/node_modules dist

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.$(EXTRA)'
	$(BIN)/pytest-wxcloud install-sdk
	touch $@

# What the examples bring along; the plugin itself needs none of it.
.venv/.frameworks: $(wildcard examples/*/requirements.txt) .venv/.installed
	$(BIN)/python -m pip install --quiet $(patsubst %,--requirement %,$(wildcard examples/*/requirements.txt))
	touch $@

.venv/.tools: .venv/.installed
	$(BIN)/python -m pip install --quiet 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

.venv/.readers: tests/sdks/package-lock.json .venv/.installed
	$(BIN)/python tests/sdks/install.py
	touch $@
