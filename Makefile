# Two commands: `make serve` (everything up to a running service) and `make test` (all that CI runs).
# Nothing but Python 3.11+ and make is needed; the rest comes from the lock files into .venv.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data

# uv trusts the certificates it brings; behind a proxy with its own, those of the system do.
define install
	@$(BIN)/uv pip install --quiet --python $(BIN)/python $(1) 2>/dev/null \
	  || $(BIN)/uv pip install --quiet --python $(BIN)/python --system-certs $(1)
endef

.DEFAULT_GOAL := help
.PHONY: help serve build frontend test lint format docs bench load soak mutate fuzz conformance lock wheel clean

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(BIN)/uv: requirements-tools.lock
	@echo "==> Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "critmat needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "The venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $@

$(VENV)/run.stamp: $(BIN)/uv requirements.lock pyproject.toml
	@echo "==> Installing what the service needs (requirements.lock)"
	$(call install,--require-hashes -r requirements.lock)
	$(call install,--no-deps --no-build-isolation -e .)
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@echo "==> Installing what the tests need, Java for the reasoner included (requirements-dev.lock)"
	$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@

# The scripts of the pages, with Node from PyPI; made anew when one of their sources is newer.
SCRIPTS := service/static/build/sources.sha256
SCRIPT_SOURCES := hatch_build.py $(wildcard service/frontend/package*.json service/frontend/*.mjs) \
  $(shell find service/frontend/src -type f)

$(SCRIPTS): $(VENV)/run.stamp $(SCRIPT_SOURCES)
	@echo "==> Building the scripts of the pages"
	@$(BIN)/python hatch_build.py
	@touch $@

frontend: $(SCRIPTS) ## Build the scripts of the pages (service/static/build)

serve: $(DATA)/build.stamp $(SCRIPTS) ## Build the graph and serve it on http://127.0.0.1:8000 (PORT=8123 for another port)
	@$(BIN)/critmat serve --data $(DATA) --host $(HOST) --port $(PORT)

# What the graph is built from; `make serve` builds anew when one of these is newer.
INGREDIENTS := $(shell find kg ontology queries -name '*.py' -o -name '*.csv' -o -name '*.json' -o -name '*.ttl' -o -name '*.tsv' -o -name '*.rq' -o -name '*.yaml')

$(DATA)/build.stamp: $(VENV)/run.stamp $(INGREDIENTS)
	@$(MAKE) --no-print-directory build

build: $(VENV)/run.stamp ## Facts -> RDF -> derived graphs -> checks -> snapshot
	@echo "==> Building the graph"
	@$(BIN)/critmat build --data $(DATA)
	@touch $(DATA)/build.stamp

test: lint ## Everything that CI runs
	@echo "==> Testing"
	@$(BIN)/python -m pytest -n auto --maxprocesses 3 --dist loadfile --no-loadscope-reorder --durations=30

lint: $(VENV)/dev.stamp $(SCRIPTS) ## ruff, mypy --strict and tsc
	@echo "==> Linting"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python hatch_build.py --install
	@$(BIN)/node service/frontend/node_modules/typescript/bin/tsc --project service/frontend

format: $(VENV)/dev.stamp ## Format the code
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

docs: $(VENV)/dev.stamp ## Write docs/cli.md from what the commands say of themselves
	@$(BIN)/python -m tests.command_line_page

bench: $(VENV)/dev.stamp ## Measure, side by side, and print ratios
	@for name in derive engine flagship durability; do echo "==> $$name"; PYTHONPATH=. $(BIN)/python benchmarks/$$name.py || exit 1; done

load: $(DATA)/build.stamp $(VENV)/dev.stamp ## Two dozen heavy clients beside light ones, over the built graph
	@$(BIN)/python -m benchmarks.load --data $(DATA)

soak: $(DATA)/build.stamp $(VENV)/dev.stamp ## An hour of 50 light requests a second (MINUTES=60), each answer checked
	@$(BIN)/python -m benchmarks.soak --data $(DATA) --minutes $(or $(MINUTES),60)

mutate: $(VENV)/dev.stamp ## Take each axiom and shape away in turn and see which tests notice
	@$(BIN)/python -m tests.mutation

fuzz: $(VENV)/dev.stamp ## Fire random queries, updates and documents at a service (QUERIES=10000 DOCUMENTS=2000 SEED=1)
	@$(BIN)/python -m tests.fuzz --queries $(or $(QUERIES),10000) --documents $(or $(DOCUMENTS),2000) --seed $(or $(SEED),1)

conformance: $(VENV)/dev.stamp ## Run the W3C's SPARQL suites over HTTP and write docs/conformance.md
	@$(BIN)/python -m tests.w3c.report

lock: $(BIN)/uv ## Resolve the lock files anew
	@for set in "requirements.lock:" "requirements-dev.lock:--extra reasoner --extra names --group dev"; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header \
	    --generate-hashes --no-emit-index-url pyproject.toml $${set#*:} -o $${set%%:*}; done
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header \
	  --generate-hashes --no-emit-index-url --group tools -o requirements-tools.lock

wheel: $(BIN)/uv ## Build the package in dist/
	@$(BIN)/python -m hatchling build -t sdist -t wheel

clean: ## Remove the environment, the built graph and all caches
	rm -rf $(VENV) $(DATA) build dist service/static/build service/frontend/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
