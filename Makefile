# Three commands carry the project: `make demo`, `make test`, `make check`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup demo play test check bench lock env-example clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready ## an own environment with exactly the locked versions

$(VENV)/.ready: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("sendinvites needs Python 3.11 or newer; this is %d.%d. Try: make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## the main job in this terminal: 120 invites in batches, no account needed
	$(BIN)/sendinvites demo --once --outbox demo-outbox

play: setup ## the same workspace in your browser
	$(BIN)/sendinvites demo

test: setup ## every test
	$(BIN)/python -m pytest -n 2

check: setup ## style, types, floors, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .

bench: setup ## first figures: import, sending, acks
	$(BIN)/python -m benchmarks

env-example: setup ## write .env.example from the settings class
	$(BIN)/sendinvites settings > .env.example

lock: setup ## renew both lock files (needs uv in the environment running this)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade pyproject.toml -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade --group dev pyproject.toml -o requirements/dev.lock

clean: ## remove what make made
	rm -rf $(VENV) demo-outbox
