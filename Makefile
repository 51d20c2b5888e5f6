# `make demo` and `make test` each set up everything they need in .venv and node_modules.
# Without make (Windows): the README gives the plain commands.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench matrix clean

demo: $(VENV)/.demo
	$(BIN)/python examples/run.py

test: $(VENV)/.test tests/sdks/node_modules/.ready
	$(MAKE) check
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict tests/typing/api.py
	$(BIN)/pyright tests/typing/api.py
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench

matrix: $(VENV)/.test
	$(BIN)/nox

clean:
	rm -rf $(VENV) .nox .coverage* tests/sdks/node_modules dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# Node and npm come from the extra on a machine that has none.
$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable "$$($(BIN)/python tools/with_node.py)"
	$(BIN)/pytest-wxcloud install-sdk
	touch $@

$(VENV)/.test: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

tests/sdks/node_modules/.ready: tests/sdks/package-lock.json $(VENV)/.demo
	$(BIN)/python tests/sdks/install.py
	touch $@
