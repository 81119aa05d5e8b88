# One command file: people and CI use the same targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help serve test check eval bench reader fuzz clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

serve: $(VENV)/.installed  ## serve page and API on http://127.0.0.1:8000 (PORT=, HOST=); the first start adds reports/
	$(BIN)/footnote serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: check browser  ## run the whole suite: linter, unit, server, browser, no-network and eval tests
	$(BIN)/python -m pytest

check: $(VENV)/.installed-dev  ## lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

eval: $(VENV)/.installed-dev  ## score the service on the shipped questions and hold it to the bounds in eval/
	$(BIN)/footnote eval --reports reports --check
	$(BIN)/footnote eval --reports reports --check --questions eval/plain_questions.jsonl --expected eval/plain_expected.toml

bench: $(VENV)/.installed-dev  ## time start and questions; the benches that need data name it themselves
	$(BIN)/python -m bench.latency

reader: $(VENV)/.installed-dev  ## train the reader again, an hour or two: make reader DATA=folder with reader/ and pdf/
	$(BIN)/python -m training.span_model --data $(DATA)
	$(BIN)/python -m training.export
	$(BIN)/python -m training.measure --data $(DATA)
	$(BIN)/python -m training.confidence --data $(DATA)

fuzz: $(VENV)/.installed-dev  ## try mutated files on every parser, ten minutes a format
	FOOTNOTE_FUZZ_SECONDS=600 $(BIN)/python -m pytest tests/index/test_index_fuzz.py

clean:  ## remove the environment and the data folder
	rm -rf $(VENV) .footnote

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	touch $@

.PHONY: browser
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 \
	     && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| echo "No Chromium here and apt-get cannot install it (root on Debian or Ubuntu is needed): the page's tests will be skipped."
