# Hallmark: two commands matter, `make demo` and `make test`. Needs python3 (3.11 or newer) and make; the rest comes
# from the locks into .venv.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
LANGUAGES = zh_Hans en
.DEFAULT_GOAL := help
.PHONY: help demo serve reset test check lint format lock bench messages shots

BOOT = $(PYTHON) tools/bootstrap.py
VAR = var/$(if $(DEMO),demo,dev)

help: ## show what can be done here
	@echo "make TARGET [NAME=value ...]"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
		awk -F'|' '{ printf "%-10s %s\n", $$1, $$2 }'

demo: ## one real job from invitation to proof, over HTTP; leaves its files in var/demo/story
	@$(BOOT) -- -m demo

serve: ## run the platform until Ctrl-C (PORT=8000; DEMO=1 shows the demo's data)
	@HALLMARK_VAR=$(VAR) $(BOOT) -- manage.py serve --port $(PORT)

reset: ## delete this checkout's data: var/dev, with DEMO=1 var/demo
	@$(PYTHON) tools/reset.py $(VAR)

test: ## the whole suite: SQLite and browser, then PostgreSQL and Valkey
	@$(BOOT) --dev -- tools/run_tests.py $(TESTS)

check: lint ## lint and the fast tests, under three minutes
	@$(BOOT) --dev -- -m pytest -q -n 2 -m "not slow and not browser" $(TESTS)

lint: ## format, ruff, mypy, import-linter, djlint, migrations, catalogues, locks
	@$(BOOT) --dev -- -m tools.lint

format: ## let ruff and djlint format the code
	@$(BOOT) --dev -- -m ruff format .
	@$(BOOT) --dev -- -m ruff check --fix --quiet .

lock: ## resolve pyproject.toml into the three locks (UPGRADE=1 for newer versions)
	@$(BOOT) --uv -- tools/locks.py

messages: ## collect the msgids and compile the catalogues (needs gettext)
	@for language in $(LANGUAGES); do \
		$(BOOT) --dev -- manage.py makemessages --locale $$language --no-location --no-obsolete --no-wrap \
			--ignore '.venv/*' --ignore 'tests/*' --ignore 'var/*' || exit 1; done
	@$(BOOT) --dev -- manage.py compilemessages --ignore '.venv/*'

bench: ## measure the core loops; reports, never fails on time
	@$(BOOT) --dev -- -m tests.benchmarks

shots: ## screenshots of every page of the demo, 390 and 1280 px, both languages, into shots/ (SEATS="user officer")
	@HALLMARK_VAR=var/demo $(BOOT) --dev -- -m tools.screenshots $(SEATS)
