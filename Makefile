# make run     the app, at http://localhost:8000
# make test    everything that must hold: style, types, imports, unit, API, browser and contract tests
#
# Each makes .venv and installs what it needs there first. The other tasks are in noxfile.py, which
# also runs where there is no make: `make tasks` lists them, `make NAME` runs one.

PYTHON ?= $(shell for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$candidate && break; done)
BIN := $(CURDIR)/.venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
TASKS := test check test-page test-python test-browsers lighthouse mutation bench docs lock

.PHONY: run train tasks clean $(TASKS)

run: .venv/serve.stamp
	cd backend && $(BIN)/python main.py --open

train: .venv/serve.stamp
	cd backend && $(BIN)/python train.py

$(TASKS): .venv/dev.stamp
	@$(BIN)/nox --session $@

tasks: .venv/dev.stamp
	@$(BIN)/nox --list

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		.mutation .coverage .nox build dist site

# What each target needs is installed once, and again when its lock file changes.
.venv/made.stamp:
	@test -n "$(PYTHON)" || { echo "This needs Python 3.11 or newer: install it from python.org," \
		"or name it: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear .venv || { echo "Python's venv module is missing or broken;" \
		"on Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/serve.stamp: .venv/made.stamp backend/requirements.txt
	@echo "Installing what the app needs (once) ..."
	@$(PIP) install --require-hashes -r backend/requirements.txt
	@touch $@

.venv/dev.stamp: .venv/serve.stamp requirements-dev.txt
	@echo "Installing what the tests need (once) ..."
	@awk '/^[^ #]/ {found = /^uv==/} found' requirements-dev.txt > .venv/uv.txt
	@$(PIP) install --require-hashes -r .venv/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt \
		|| $(PIP) install --require-hashes -r requirements-dev.txt # slower, but reads pip.conf
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
