# run · demo · test · test-postgres · check · bench · clean: the commands of README.md
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run demo test test-postgres check bench clean

$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.txt > .venv/uv.txt
	$(PIP) --require-hashes -r .venv/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt \
		|| $(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $(STAMP)

run: demo
	$(BIN)/python -m tracker --config var/demo/config.toml --now 2020-12-31T16:05+07:00 web

demo: $(STAMP)
	$(BIN)/python -m tracker demo --folder var/demo

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

test-postgres: $(STAMP)
	$(BIN)/python -m tests.postgres -- $(BIN)/python -m pytest $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

bench: $(STAMP)
	$(BIN)/python -m bench --cluster

clean:
	rm -rf .venv var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
