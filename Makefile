# Tongban: `make` lists what can be made. GNU make 3.81 and any POSIX shell are enough.
PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
T =

# Some containers forbid to keep bytecode. Then every process compiles all its modules when it starts, which
# takes longer than all the rest of its start, and here start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo test bench lint types style format clean lock browser editor

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  Variables: PYTHON=python3.12 (3.11 or later), T=tests/kernel (for test),"
	@echo "  TONGBAN_HOME (state, default ./var), TONGBAN_PORT (default 8000), DATABASE_URL, NATS_URL."

run: $(VENV)/run.stamp editor ## start everything, walk one application, keep serving until Ctrl-C
	@$(BIN)/tongban up

demo: $(VENV)/run.stamp editor ## walk one newborn application through all departments, then end
	@$(BIN)/tongban demo newborn $(if $(JSON),--json $(JSON))

# The files that take long begin (tests/conftest.py says which), so that no core is idle at the end. One
# process more than cores: tests of whole installations wait half of their time.
test: $(VENV)/dev.stamp browser editor ## run the tests; T=tests/kernel runs a part
	@if [ -n "$(T)" ]; then \
		$(BIN)/pytest $(T); \
	else \
		$(BIN)/pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist loadfile --no-loadscope-reorder; \
	fi

bench: $(VENV)/dev.stamp ## run the benchmarks; each prints one line of JSON with its baseline
	@for file in benchmarks/[a-z]*.py; do $(BIN)/python "$$file" || exit 1; done

lint: $(VENV)/dev.stamp ## check style, types, layers and migrations
	@$(MAKE) --no-print-directory -j 2 types style

types:
	$(BIN)/mypy

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	TONGBAN_SECRET_KEY=lint DJANGO_SETTINGS_MODULE=tongban.runtime.settings \
		$(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run
	$(BIN)/python hatch_build.py check

format: $(VENV)/dev.stamp ## mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was built and cached; the state in ./var stays
	rm -rf frontend/node_modules src/tongban/faces/designer/canvas/static/canvas/built
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find src departments tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -type f -exec rm -f {} +

lock: ## renew both lock files (needs uv on the path or in the virtual environment)
	@uv=$$(command -v uv || echo $(BIN)/uv); \
	[ -x "$$uv" ] || { echo "uv is missing: pip install uv"; exit 1; }; \
	options="--universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet"; \
	"$$uv" pip compile pyproject.toml $$options --output-file requirements.lock && \
	"$$uv" pip compile pyproject.toml $$options --extra dev --constraints requirements.lock \
		--no-annotate --output-file requirements-dev.lock

# The virtual environment. A stamp is newer than the lock it was made from.
$(VENV)/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Tongban needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -n 1)."; \
		echo "Install a newer one and say which: make run PYTHON=python3.12"; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || { \
		echo "The virtual environment could not be made."; \
		echo "On Debian the module is a package of its own: apt-get install python3-venv"; exit 1; }
	@echo "Installing the locked packages; this takes a minute the first time."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@$(BIN)/python -m tongban.runtime.messages
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# The designer's editor, from frontend/ with Node; does nothing when no source has changed.
editor: $(VENV)/run.stamp
	@$(BIN)/python hatch_build.py

# The browser tests drive the system's own Chromium; Debian's shell of it without windows takes half the work.
browser:
	@if command -v chromium-headless-shell >/dev/null 2>&1; then exit 0; fi; \
	if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || \
		command -v google-chrome >/dev/null 2>&1 || [ -d "/Applications/Google Chrome.app" ]; then \
		exit 0; \
	fi; \
	if command -v apt-get >/dev/null 2>&1; then \
		if [ "$$(id -u)" -eq 0 ]; then as=""; may=1; \
		elif sudo -n true 2>/dev/null; then as="sudo -n"; may=1; \
		else may=0; fi; \
		if [ $$may -eq 1 ]; then \
			echo "Installing Debian's chromium-headless-shell and fonts-noto-cjk for the browser tests."; \
			$$as apt-get update -qq && \
			$$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
				chromium-headless-shell fonts-noto-cjk >/dev/null && exit 0; \
		fi; \
	fi; \
	echo "*** NO CHROMIUM: THE BROWSER TESTS ARE SKIPPED. Install chromium and a CJK font to run them. ***"; \
	[ "$$CI" != true ] || { echo "Under CI=true this is a failure."; exit 1; }
