# Two commands matter: `make demo` and `make test`. Nothing needs to be installed but Python 3.11+ and make.
# Everything they install or write lives in .venv/, node_modules/ and var/.
PYTHON ?= python3
LAUNCH = .venv/bin/python -m deploy.launcher
INSTALL = $(PYTHON) -m deploy.launcher install
TESTING = env DEV_VAR=$${DEV_VAR:-var/test} DEV_FAST=1 CONSILIUM_ENV=test $(LAUNCH) run --

.PHONY: help demo demo-reset test test-ci test-deep bench bench-% screenshots check services run lock
.SILENT:
export PORT SLIDES CMD SCALE ARGS UPGRADE

help: ## this list
	sed -n 's/^\([a-z%-]*\):.*## /  make \1	/p' Makefile | expand -t 22

demo: ## the whole system with demo data; PORT=8001, SLIDES=/folder/with/your/slides
	$(INSTALL) demo && exec $(LAUNCH) up

demo-reset: ## forget the demo's data; the next make demo makes it anew
	$(INSTALL) demo && exec $(LAUNCH) reset

test: ## the tests; ARGS="-k word" chooses
	$(INSTALL) test && exec $(TESTING) .venv/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not ci and not deep" $(ARGS)

test-ci: ## what CI asks besides: the access matrix, the journeys, every list of the admin site, every look, the demo
	$(INSTALL) test && exec $(TESTING) .venv/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "ci and not deep" $(ARGS)

test-deep: ## the tests that take longer
	$(INSTALL) test && exec $(TESTING) .venv/bin/python -m pytest -n 4 --dist worksteal -m deep $(ARGS)

bench: ## every benchmark at small scale; SCALE=full takes the real size
	$(INSTALL) test && exec env DEV_VAR=var/bench $(LAUNCH) run -- .venv/bin/python -m benchmarks

bench-%: ## one benchmark
	$(INSTALL) test && exec env DEV_VAR=var/bench $(LAUNCH) run -- .venv/bin/python -m benchmarks $*

screenshots: ## the pictures in docs/, from the running demo
	$(INSTALL) test && exec $(LAUNCH) run -- .venv/bin/python -m deploy.screenshots

check: ## linters, types, imports, templates, migrations, translations
	$(INSTALL) test && exec .venv/bin/python -m deploy.check

services: ## PostgreSQL, Valkey and a mail sink in the foreground, for developers
	$(INSTALL) test && exec $(LAUNCH) services

run: ## services around one command: make run CMD="python manage.py shell"
	$(INSTALL) test && exec env PATH="$(CURDIR)/.venv/bin:$$PATH" $(LAUNCH) run -- sh -c "$$CMD"

lock: ## write the lock files again; UPGRADE=1 takes newer releases
	$(PYTHON) -m deploy.locks
