# The two commands of the README are `make demo` and `make test`; each sets itself up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ONLY ?=

.PHONY: setup demo test check format bench clean

setup: $(READY)

$(READY): pyproject.toml deploy/setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh deploy/setup.sh
	@touch $@

demo: $(READY)
	@$(BIN)/python -m deploy.demo $(ARGS)

test: check
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow and not gpu" \
	    --numprocesses auto --maxprocesses 4 --dist loadfile

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)
	@$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY))

clean:
	rm -rf build dist *.egg-info
