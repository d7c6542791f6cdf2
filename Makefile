# Two commands matter: `make demo` shows the whole job once, `make test` proves it. Both make `.venv` first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Tests run side by side; a file is run by one process, since some tests measure what others would disturb.
JOBS ?= auto
STAMP := $(VENV)/.installed
SOURCES := bot runtime tests migrations

.PHONY: install system demo test check bench bench-runtime bench-conformance peers conformance-docs cookbook soak format lock wheel clean

install: $(STAMP) $(BIN)/refrun

# A Python older than 3.11 fails here, in words, instead of somewhere inside pip.
$(STAMP): requirements-dev.lock pyproject.toml
	@PY=$$(command -v $(PYTHON) || command -v python3) && "$$PY" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tallyman needs Python 3.11 or newer: install it, or say where it is with PYTHON=/path/to/python3"; exit 2; }
	@PY=$$(command -v $(PYTHON) || command -v python3) && "$$PY" -m venv $(VENV) \
	  || { echo "python3 -m venv failed: on Debian or Ubuntu install python3-venv"; exit 2; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Linked anew when a source changed, so that the installed command stays the fast one.
$(BIN)/refrun: $(STAMP) $(wildcard runtime/*.py runtime/commands/*.py runtime/launcher/*.py)
	@$(BIN)/python -m runtime.launcher $(BIN)

# What the cases and tests run on; only root on Debian or Ubuntu can install it, everybody else goes on without.
system:
	@sh .ci/system-packages

demo: install system
	@$(BIN)/tallyman demo $(if $(ONCE),--once) $(if $(STATE),--state $(STATE))

test: install system check
	$(BIN)/pytest -n $(JOBS) --dist loadfile $(PYTEST)

check: install
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_house.py

# Our minutes beside hcoop-meetbot's, in turn, in one run; the figures are kept in docs/measured/.
bench: install
	$(BIN)/python -m tests.bench.meetings

# refrun beside runc and crun, in turn; BENCH="--only state --rounds 2" measures less (and keeps nothing).
bench-runtime: install system
	@$(BIN)/python -m tests.bench.runtime $(BENCH)

# A whole run of the conformance cases against refrun and runc: executions, wall time, milliseconds for each.
bench-conformance: install system
	@$(BIN)/python -m tests.bench.conformance $(BENCH)

# docs/runtime-peers.md: what every runtime that is installed claims and does, on this kernel.
peers: install system
	@$(BIN)/python -m tests.peers

# docs/conformance.md: every case of every release on each runtime that is installed, on this kernel.
conformance-docs: install system
	@$(BIN)/python -m tests.peers.matrix

# docs/cookbook.md: every use case tried at every release, on every runtime that is installed.
cookbook: install system
	@$(BIN)/python -m tests.cookbook

# The randomised tests with their full counts (make test runs a few seeds of each).
soak: install
	$(BIN)/python -m tests.soak

format: install
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

lock: install
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --strip-extras --allow-unsafe --no-header --no-annotate -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --strip-extras --allow-unsafe --no-header --no-annotate --extra dev -c requirements.lock \
	  -o requirements-dev.lock pyproject.toml

wheel: install
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf $(VENV) build dist
