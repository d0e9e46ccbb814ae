# Everything a person does with this checkout. Needs only make and Python 3.11 or newer; the rest is put
# into .venv on first use. Try `make help`.

HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
# A worker per core; one that has no tests left takes half of what another has left.
PYTEST := $(PY) -m pytest -n auto --dist worksteal
# Workers and the programs that tests start import the same modules; they should compile them once.
test quick test-long: export PYTHONDONTWRITEBYTECODE :=
PIP := $(PY) -m pip --disable-pip-version-check --no-input install -qq

# A stamp is touched when its step is done, so that a second start does nothing. Changing the list of
# packages in pyproject.toml makes the installed ones out of date, but not the environment itself.
VENV_MADE := $(VENV)/.made
INSTALLED := $(VENV)/.installed
INSTALLED_TEST := $(VENV)/.installed-test
INSTALLED_BENCH := $(VENV)/.installed-bench

.PHONY: run test quick test-long texts check check-js bench bench-page screenshots browser install clean help
.DELETE_ON_ERROR:

run: $(INSTALLED) ## Start Loadground on http://HOST:PORT (127.0.0.1:8000)
	@exec $(PY) -m app serve --host "$(HOST)" --port "$(PORT)" $(ARGS)

# pytest comes last, because its closing line is what CI reads.
test: check check-js browser ## Check and run every test except the long ones
	$(PY) -m app warmup
	$(PYTEST) $(ARGS)

# What a newcomer runs after a change: rules of the source, contracts and what needs no long run, with
# fewer random examples, and without those that start programs or damage links by the thousand.
QUICK := tests/gates tests/schema tests/texts tests/topology tests/kernel/state tests/kernel/events \
	tests/contracts/test_kinds.py tests/kinds/test_model_scope.py tests/theory/test_queueing.py \
	tests/session/explain tests/session/history tests/scenarios/test_document.py \
	tests/scenarios/test_strict_json.py tests/store tests/links tests/web/views tests/web/text \
	$(addprefix --ignore=tests/,links/test_damage.py texts/test_third_language.py texts/test_start.py \
	session/history/test_memory.py)
quick: $(INSTALLED_TEST) check-js ## Run the quick tests, in a minute
	$(PY) -m app warmup
	$(PYTEST) --hypothesis-profile=brief -p no:schemathesis $(QUICK) $(ARGS)

test-long: $(INSTALLED_TEST) browser ## Run the tests that take minutes
	$(PY) -m app warmup
	$(PYTEST) -m long $(ARGS)

texts: $(INSTALLED) ## Bring the translations in step with the sources; ARGS=fr starts one
	@$(PY) -m app.texts $(ARGS)

check: $(INSTALLED_TEST) ## Lint, formatting, types, the order of the layers, and translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PY) -m mypy
	$(BIN)/lint-imports --no-logo
	$(PY) -m app.texts --check

# Node is not required for anything else, so its absence is said and not held against anybody.
check-js:
	@tests=$$(find tests/js -name '*.test.js' -o -name '*.test.mjs' 2>/dev/null); \
	if [ -z "$$tests" ]; then exit 0; fi; \
	if ! command -v node >/dev/null; then echo "node not found: tests/js is not run"; exit 0; fi; \
	echo "node --test tests/js"; node --test --test-reporter=spec $$tests

bench: $(INSTALLED_BENCH) ## Measure the engine, beside other simulators
	@exec $(PY) -m app bench $(ARGS)

bench-page: $(INSTALLED_TEST) browser ## Measure what the page costs (ARGS='--against ../other-checkout')
	@exec $(PY) -m tests.browser.page_cost $(ARGS)

screenshots: $(INSTALLED_TEST) browser ## Take pictures of the main states (ARGS=--readme: the README's, too)
	@exec $(PY) -m tests.browser.screenshots $(ARGS)

browser: ## Find a Chromium for the browser tests, or install one
	@.ci/browser >/dev/null

install: $(INSTALLED) ## Only install

clean: ## Remove the environment and everything else that can be made again
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		test-results build dist
	find app tests -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'
	@echo "Settings: HOST=0.0.0.0 PORT=9000 PYTHON=python3.12 CHROMIUM=/path ARGS='extra arguments'"

# A launcher on PATH may exist and still not start (version managers leave such shims), so each candidate
# is run before it is believed. An environment that already works is kept.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
$(VENV_MADE):
	@if $(PY) -c "$(NEW_ENOUGH)" 2>/dev/null && $(PY) -m pip --version >/dev/null 2>&1; then \
		touch $@; exit 0; \
	fi; \
	python=; for candidate in $${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3 python}; do \
		if "$$candidate" -c "$(NEW_ENOUGH)" 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Loadground needs Python 3.11 or newer; none of the Pythons on PATH is." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	if ! "$$python" -c "import ensurepip, venv" 2>/dev/null; then \
		echo "$$python has no venv module. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$python" --version) ..."; \
	"$$python" -m venv --clear $(VENV) && touch $@

$(INSTALLED): pyproject.toml $(VENV_MADE)
	@echo "Installing Loadground's packages into $(VENV) (once; about a minute) ..."
	@$(PIP) --editable .
	@$(PY) -m compileall -q app
	@touch $@

$(INSTALLED_TEST): pyproject.toml $(VENV_MADE)
	@echo "Installing the packages and test tools into $(VENV) (once; about a minute) ..."
	@$(PIP) --editable '.[test]'
	@touch $(INSTALLED) $@

# One of the simulators is not built for every platform; the bench does without it.
$(INSTALLED_BENCH): pyproject.toml $(VENV_MADE)
	@echo "Installing the packages and other simulators into $(VENV) (once; about a minute) ..."
	@$(PIP) --editable '.[bench]'
	@$(PIP) --editable '.[bench-cimba]' || echo "Cimba cannot be installed here: left out."
	@touch $(INSTALLED) $@
