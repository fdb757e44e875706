# make run     the app, at http://localhost:8000
# make test    everything that must hold: style, types, imports, unit, API, browser and contract tests
# make train   train the model anew          make bench   measure what the README claims
# make check   style, types and imports only make lock    write the lock files anew
# make clean   remove what the others made
# make test-browsers  draw on the page in Chromium, Firefox and WebKit, whichever are installed
# make lighthouse     ask Lighthouse about the page
# make mutation       change the network and the loaders in small ways: does a test notice?

PYTHON ?= $(shell for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$candidate && break; done)
BIN := $(CURDIR)/.venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PATH := $(BIN):$(PATH)

.PHONY: run test train bench check check-python check-page test-python test-page test-browsers \
	lighthouse mutation lock clean

run: .venv/serve.stamp
	cd backend && $(BIN)/python main.py --open

train: .venv/serve.stamp
	cd backend && $(BIN)/python train.py

test: check test-page test-python

check: check-python check-page

check-python: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-page: .venv/dev.stamp node_modules/.package-lock.json
	$(BIN)/npm run -s check

test-page: .venv/dev.stamp node_modules/.package-lock.json
	$(BIN)/node --test "tests/js/*.test.js"

test-python: .venv/dev.stamp node_modules/.package-lock.json
	$(BIN)/python tests/browser/chromium.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --maxprocesses 8 \
		--dist loadscope --no-loadscope-reorder --cov

test-browsers: .venv/dev.stamp
	$(BIN)/python tests/browsers/page_in_browsers.py --output benchmarks/results/page_browsers.txt

lighthouse: .venv/dev.stamp
	$(BIN)/python tests/browsers/lighthouse.py --output benchmarks/results/lighthouse.txt

mutation: .venv/dev.stamp
	$(BIN)/python tests/mutation/mutation.py --output benchmarks/results/mutation.txt

bench: .venv/dev.stamp
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes --no-strip-extras \
	--python-version 3.11 --no-emit-index-url --custom-compile-command "make lock"

lock: .venv/dev.stamp
	$(LOCK) --extra serve --extra train --output-file backend/requirements.txt
	$(LOCK) --all-extras --group dev --constraint backend/requirements.txt \
		--output-file requirements-dev.txt
	$(BIN)/npm install --package-lock-only

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		.mutation .coverage

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
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.package-lock.json: .venv/dev.stamp package-lock.json
	@$(BIN)/npm ci --silent
	@touch $@
