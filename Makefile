# One target for each thing a person does here; `make help` lists them.
# Needs python3 >= 3.11 and make. Everything else goes into .venv, build/ and dist/.

PYTHON ?= python3
PIP_ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
OUT ?=

.DEFAULT_GOAL := all
.PHONY: all setup test test-deep lint format grade notebooks zip release prove bench audit redteam fuzz clean help
.DELETE_ON_ERROR:

all: notebooks zip release prove ## set up, build everything, and prove the grader zip (the default)

setup: $(STAMP) ## make .venv and install what requirements-dev.txt pins

$(STAMP): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "no $(PYTHON) here; install Python 3.11 or newer, or run: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) --version) is too old; this needs 3.11 or newer: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	$(PY) -m pip install --quiet $(PIP_ARGS) -r requirements-dev.txt
	@touch $@

test: $(STAMP) ## run the tests
	$(PY) -m pytest $(ARGS)

test-deep: $(STAMP) ## run the tests that take minutes each
	$(PY) -m pytest -m deep $(ARGS)

lint: $(STAMP) ## check style, formatting and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

format: $(STAMP) ## rewrite the sources in the project's format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# By the environment and unexpanded, so that a path may hold any character.
grade: export GRADED := $(value SUBMISSION)
grade: export GRADED_TO := $(value OUT)
grade: $(STAMP) ## grade one submission: make grade SUBMISSION=path [OUT=folder]
	@test -n "$$GRADED" || { echo "say which: make grade SUBMISSION=path [OUT=folder]" >&2; exit 2; }
	@$(PY) -m autograder grade "$$GRADED" $${GRADED_TO:+--out "$$GRADED_TO"}

notebooks: $(STAMP) ## build the student notebooks from solutions/
	@$(PY) -m autograder.build.notebooks

zip: $(STAMP) ## build dist/project1-autograder.zip, to upload to Gradescope
	@$(PY) -m autograder.build.gradescope

release: $(STAMP) notebooks ## build dist/project1-student.zip, to hand out
	@$(PY) -m autograder.build.release

prove: zip notebooks ## run the grader zip on submissions whose scores are known
	@$(PY) -m autograder.build.prove

bench: $(STAMP) ## measure the grader's time and memory
	@$(PY) -m autograder bench

audit: $(STAMP) ## prove the grader: right answers pass, wrong ones fail, mutants die [MUTANTS=all]
	@$(PY) -m autograder audit --mutants $(or $(MUTANTS),all)

redteam: $(STAMP) ## attack the sandbox, as root and as an ordinary user; one table
	@$(PY) tests/redteam/run.py $(ARGS)

fuzz: $(STAMP) ## a million damaged frames, notebooks and zips at their readers [FRAMES=1000000]
	@$(PY) tests/redteam/fuzz.py --frames $(or $(FRAMES),1000000)

clean: ## remove everything built, .venv too
	rm -rf $(VENV) build dist out .pytest_cache .mypy_cache .ruff_cache

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
