# Only make, python3 (3.11) and pip are assumed; the targets install the rest.
PYTHON ?= python3
ENV := .venv
RUN := $(ENV)/bin/python
ENGINES := $(RUN) -m compliance_portal.engines
export PORTAL_LOCAL ?= yes
export PORTAL_DEBUG ?= no

.PHONY: demo test check unit browser scale bench run css lock stop clean

demo: $(ENV)/ready .system-ready  ## Load the demonstration and serve it; ARGS=--once does not serve
	$(RUN) scripts/demo.py $(ARGS)

test: $(ENV)/ready .system-ready check unit browser  ## Everything: lint, types, contracts, unit, journeys, browser

check: $(ENV)/ready  ## Lint, format, types, floors and file kinds
	$(ENV)/bin/ruff check .
	$(ENV)/bin/ruff format --check .
	$(ENV)/bin/djlint templates --check --lint --quiet
	$(ENV)/bin/lint-imports --no-cache
	$(ENGINES) exec -- $(ENV)/bin/mypy --no-incremental
	$(ENGINES) exec -- $(RUN) manage.py makemigrations --check --dry-run
	$(RUN) scripts/check_css.py

unit browser scale: export PORTAL_BROKER_PREFIX := test:
unit: $(ENV)/ready .system-ready
	$(ENGINES) exec -- $(ENV)/bin/pytest -n 2 --dist worksteal -m "not browser and not worker and not scale"
	$(ENGINES) exec -- $(ENV)/bin/pytest -m "worker and not browser and not scale"

browser: $(ENV)/ready .system-ready
	$(ENGINES) exec -- $(ENV)/bin/pytest tests/browser -m "browser and not scale"
	$(ENGINES) exec -- $(ENV)/bin/pytest tests --ignore tests/browser -m "browser and not scale"

scale: $(ENV)/ready .system-ready  ## The full-size proofs: minutes each, so not part of test
	$(ENGINES) exec -- $(ENV)/bin/pytest -m scale

bench: $(ENV)/ready .system-ready  ## SIZE=S or M
	$(ENGINES) exec -- $(RUN) bench/run.py --size $(or $(SIZE),S)

run: $(ENV)/ready .system-ready  ## Serve what is there, without loading anything
	$(RUN) scripts/demo.py --no-load

css: node_modules/.package-lock.json  ## Rebuild static/css/portal.css
	npm run --silent css

node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund

lock: $(ENV)/ready  ## Resolve requirements/*.txt from pyproject.toml
	sh scripts/lock.sh

stop:  ## Stop the embedded engines of this folder
	$(ENGINES) stop

clean: stop
	rm -rf $(ENV) var node_modules .system-ready

$(ENV)/ready: requirements/dev.txt
	sh scripts/setup.sh $(PYTHON) $(ENV)
	touch $@

.system-ready: scripts/system.sh
	sh scripts/system.sh
	touch $@
