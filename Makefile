# Two commands set everything up: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
.DEFAULT_GOAL := help

.PHONY: help demo test check format fuzz bench score lock clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# A stamp an environment: pip runs again only when a pinned list changed.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(PIP) install --quiet --require-hashes -r requirements/test.txt
	@touch $@

demo: $(VENV)/.run ## Run the bot on the sample inbox; no account of any kind is needed
	$(BIN)/moves demo

test: $(VENV)/.test check ## Run every check and every test
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.test ## Lint, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test ## Put the code into its one shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: $(VENV)/.test ## Change sample forms at random for about a minute; only named refusals may come of it
	FUZZ_EXAMPLES=800 $(BIN)/python -m pytest tests/fuzz -n auto

bench: $(VENV)/.test ## Measure; ratios to a bound or a peer of the same run
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable -n 0 -p no:randomly

score: $(VENV)/.run ## Hold the reading of the sample forms against their truth, and write the table into docs/forms.md
	$(BIN)/python -m forms.scoring bot/demo/forms --write docs/forms.md

lock: ## Pin requirements/*.txt anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --extra test --constraint requirements/run.txt pyproject.toml requirements/build.in -o requirements/test.txt

clean: ## Remove what the demo and the tests made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .import_linter_cache .benchmarks .coverage
