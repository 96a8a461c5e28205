# make install | demo | test | lint | type | lock
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# vLLM for CPUs computes with one thread unless the environment of the process says otherwise.
CORES := $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
demo test: export OMP_NUM_THREADS ?= $(CORES)

.DEFAULT_GOAL := help
.PHONY: help install demo test lint type lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

install: $(STAMP) ## make .venv and install the locked packages and tabsynth itself into it

# --no-deps, because the lock leaves out packages that others ask for (requirements/overrides.txt).
$(STAMP): requirements/cpu.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps -r requirements/cpu.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

demo: install ## synthesize the table Wage and write its report
	$(BIN)/python examples/demo.py

test: install ## run the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: install ## check style, format and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

type: install ## check types
	$(BIN)/mypy

# Keeps the versions that are locked; `make lock UPGRADE=--upgrade` takes newer ones. The lock's header is kept as it is.
lock: install ## resolve requirements/cpu.lock anew
	sed '/^[^#]/,$$d' requirements/cpu.lock > requirements/cpu.lock.header
	$(BIN)/uv pip compile requirements/cpu.in --overrides requirements/overrides.txt --python $(BIN)/python \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet $(UPGRADE) \
		--output-file requirements/cpu.lock
	cat requirements/cpu.lock.header requirements/cpu.lock > requirements/cpu.lock.new
	mv requirements/cpu.lock.new requirements/cpu.lock
	rm requirements/cpu.lock.header

clean: ## remove what the targets above made
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
