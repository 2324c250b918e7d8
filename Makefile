# Kinbridge on one machine. Needs Python 3.11 or newer and make; `make help` lists every command.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
CODE := contracts chassis councils services deploy bench tests

# The newest choice is not the best one: the machine's own python3 comes first.
PYTHON := $(shell for python in $(PY) python3 python3.11 python3.12 python3.13 python3.14; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$python; break; fi; done)

.PHONY: help
help: ## list every command
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

.PHONY: demo up down status logs clean
demo: .installed-local ## play a day of Early Help on a fresh stack, check its ledger, take it down
	@$(PY) -m deploy.local demo

up: .installed-local ## start everything on this machine and tell where it is
	@$(PY) -m deploy.local up

down: .installed-local ## stop everything; data stays
	@$(PY) -m deploy.local down

status: .installed-local ## tell how each part stands
	@$(PY) -m deploy.local status

logs: .installed-local ## show the end of all logs (one part: make logs PART=referral)
	@$(PY) -m deploy.local logs $(PART)

clean: .installed-local ## stop everything and remove all data
	@$(PY) -m deploy.local clean

.PHONY: test check faults bench
test: check ## run all checks and all tests but the long drills
	@$(PY) -m pytest -q $(ARGS)

check: .installed-dev ## lint, format, types, and who may import whom
	@$(PY) -m deploy.local.checked

faults: .installed-dev ## run the long drills: kills, hangs and outages
	@$(PY) -m pytest -q -m faults $(ARGS)

bench: .installed-dev ## measure, each figure beside a limit or a peer
	@$(PY) -m bench

.PHONY: first-start images demo-containers restore-drill upgrade-drill env-example
first-start: .installed-local ## draw the secrets of docker-compose.yml, and write .env for a trial
	@$(PY) -m deploy.containers first-start

images: ## build the image of each service, of the jobs and of the simulators
	docker compose --profile dev build

demo-containers: .installed-local ## play the day on docker-compose.yml, and again while it restarts
	@$(PY) -m deploy.containers.demo

restore-drill: .installed-local ## lose the containers' databases, restore a backup, check the ledger
	@$(PY) -m deploy.containers.restore_drill

upgrade-drill: .installed-local ## upgrade the containers from FROM (HEAD~1) during a day, one by one
	@$(PY) -m deploy.containers.upgrade_drill $(FROM)

env-example: .installed-local ## write .env.example from the settings classes
	@$(PY) -m deploy.containers.env_example

.PHONY: schemas lock
schemas: .installed-local ## write the published schemas from the contracts
	@$(PY) -m contracts.generate

.PHONY: lives
lives: .installed-dev ## write docs/lives from the step tables
	@$(PY) -m tests.making.lives

LOCK := .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--python-version 3.11 --custom-compile-command "make lock"
lock: .installed-dev ## lock requirements and Kafka's jars afresh
	@$(LOCK) requirements/dev.in -o requirements/dev.txt
	@$(LOCK) -c requirements/dev.txt requirements/local.in -o requirements/local.txt
	@$(LOCK) -c requirements/dev.txt requirements/services.in -o requirements/services.txt
	@$(PY) -m deploy.local.jars

.PHONY: .python .installed-local .installed-dev
.python:
	@[ -n "$(PYTHON)" ] || { echo "Kinbridge needs Python 3.11 or newer, and this machine has \
	$$(python3 --version 2>/dev/null || echo 'no python3'): install a newer one and run make again." \
	| tr -s '\t ' ' ' >&2; exit 1; }

.installed-local .installed-dev: .installed-%: .python
	@$(PYTHON) deploy/local/install.py $*
