# One target for each thing a person does here; `make help` lists them.
# Needs python3 >= 3.11 and make. Everything else goes into .venv, build/ and dist/.
# What is done for a project is done for PROJECT, a folder of solutions/: make PROJECT=project2.

PROJECT ?= project1
PYTHON ?= python3
PIP_ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
ENGINE := $(PY) -m autograder
STAMP := $(VENV)/.installed
OUT ?=

.DEFAULT_GOAL := all
.PHONY: all setup test test-deep test-colab lint format grade grade-all similar notebooks zip release prove bench audit redteam fuzz soak new-project clean help
.DELETE_ON_ERROR:

all: notebooks zip release prove ## set up, build everything of PROJECT, and prove its grader zip (the default)

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

# Two processes a core, for most tests wait for others; a file's tests stay in one, for what they share is made once.
TESTS = $(PY) -m pytest --numprocesses $$($(PY) -c 'import os; print(2 * (os.cpu_count() or 1))') \
	--dist loadfile --no-loadscope-reorder

test: $(STAMP) ## run the tests
	$(TESTS) $(ARGS)

test-deep: $(STAMP) ## run the tests that take minutes each
	$(TESTS) -m deep $(ARGS)

test-colab: $(STAMP) ## run the notebooks on the oldest libraries that Colab offers; takes 3 GB of downloads
	$(PY) -m pytest -m colab $(ARGS)

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
	@$(ENGINE) grade --project $(PROJECT) "$$GRADED" $${GRADED_TO:+--out "$$GRADED_TO"}

grade-all: export CLASS := $(value SUBMISSIONS)
grade-all: export GRADED_TO := $(value OUT)
grade-all: export STUDENTS := $(value ROSTER)
grade-all: $(STAMP) ## grade a class: make grade-all SUBMISSIONS=path OUT=folder [JOBS=n SCHEDULER=url ROSTER=csv]
	@test -n "$$CLASS" && test -n "$$GRADED_TO" || { echo "say which, and where to: make grade-all SUBMISSIONS=path OUT=folder" >&2; exit 2; }
	@$(ENGINE) grade-all --project $(PROJECT) "$$CLASS" --out "$$GRADED_TO" $(if $(JOBS),--jobs $(JOBS)) \
		$(if $(SCHEDULER),--scheduler $(SCHEDULER)) $${STUDENTS:+--roster "$$STUDENTS"} $(ARGS)

notebooks: $(STAMP) ## build the student notebooks from solutions/PROJECT
	@$(ENGINE) notebooks --project $(PROJECT)

zip: $(STAMP) notebooks ## build dist/PROJECT-autograder.zip for Gradescope, once it has proven itself
	@$(ENGINE) zip --project $(PROJECT)

release: $(STAMP) notebooks ## build dist/PROJECT-student.zip and the students' repository
	@$(ENGINE) release --project $(PROJECT)

prove: zip ## show what the grader zip scores on submissions whose scores are known
	@$(ENGINE) prove --project $(PROJECT)

bench: $(STAMP) ## measure the grader's time and memory
	@$(ENGINE) bench --project $(PROJECT)

similar: export COMPARED := $(value SUBMISSIONS)
similar: export COMPARED_TO := $(value OUT)
similar: $(STAMP) ## find alike submissions: make similar SUBMISSIONS=folder OUT=folder
	@test -n "$$COMPARED" -a -n "$$COMPARED_TO" || { echo "say which: make similar SUBMISSIONS=folder OUT=folder" >&2; exit 2; }
	@$(ENGINE) similar --project $(PROJECT) "$$COMPARED" --out "$$COMPARED_TO" $(ARGS)

# Of every project, unless PROJECT is given: a check that changed may be any one's.
audit: $(STAMP) ## prove the checks: right answers pass, wrong ones fail, mutants die [MUTANTS=all PAIRS=3]
	@for project in $(if $(filter command line environment,$(origin PROJECT)),$(PROJECT),$$($(ENGINE) projects)); do \
		$(ENGINE) audit --project $$project --mutants $(or $(MUTANTS),all) --pairs $(or $(PAIRS),3) || exit $$?; done

new-project: $(STAMP) ## lay out a small whole project: make new-project NAME=project3
	@test -n "$(NAME)" || { echo "say how it is called: make new-project NAME=project3" >&2; exit 2; }
	@$(ENGINE) new project "$(NAME)"

redteam: $(STAMP) ## attack the sandbox, as root and as an ordinary user; one table
	@$(PY) tests/redteam/run.py $(ARGS)

fuzz: $(STAMP) ## a million damaged frames, notebooks and archives at their readers [FRAMES=1000000]
	@$(PY) tests/redteam/fuzz.py --frames $(or $(FRAMES),1000000)

soak: $(STAMP) ## grade a thousand submissions of which four of ten hang, crash, flood or eat memory [COUNT=1000]
	@$(PY) tests/soak.py --count $(or $(COUNT),1000)

clean: ## remove everything built, .venv too
	rm -rf $(VENV) build dist out .pytest_cache .mypy_cache .ruff_cache

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
