# Two commands: `make run` serves docgen, `make test` runs every test. Both install what is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Our modules are compiled once and kept: the tests start our commands and children again and again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test test-fast check gallery golden rooms sbom format bench load soak wheel clean

# Workers of the test run: one a core. What is measured against clocks and races needs a core that is free.
WORKERS ?= 2
# File by file, in the order of tests/conftest.py: the longest first.
SPREAD = -n $(WORKERS) --dist loadfile --no-loadscope-reorder

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/.ready-run ## install what is missing, fill a demo office on first start, serve on http://127.0.0.1:8000
	@exec .venv/bin/docgen serve --demo

test: .venv/.ready-test ## run every test (unit, LibreOffice, S3, PostgreSQL, browser)
	@.venv/bin/python -m tests.servers.minio
	@.venv/bin/python -m tests.servers.verapdf
	@.venv/bin/python -m tests.servers.openid
	@.venv/bin/pytest $(SPREAD) $(ARGS)

test-fast: .venv/.ready-test ## run what is quick and needs neither LibreOffice nor a server nor a browser
	@.venv/bin/pytest $(SPREAD) -m "not (office or s3 or postgres or redis or openid or browser or slow)" $(ARGS)

check: .venv/.ready-dev ## lint, types, architecture, templates, rules of the routes
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/docgen templates lint
	@.venv/bin/python -m web.route_map --quiet

gallery: .venv/.ready-test ## every kind of letter in every variant, as pictures beside the rules of a page (build/gallery)
	@.venv/bin/python -m tests.support.gallery $(ARGS)

golden: .venv/.ready-test ## name what LibreOffice sets elsewhere than on the golden pages (ARGS="--chroot FOLDER", ARGS=--update)
	@.venv/bin/python -m tests.support.golden $(ARGS)

rooms: .venv/.ready-dev ## print the rooms of the code, their floors and arrows, from its imports
	@.venv/bin/python -m tests.support.rooms

sbom: .venv/.ready-dev ## list what a service is made of (CycloneDX) and its licences (build/sbom.cdx.json, build/licences.txt)
	@.venv/bin/python -m tests.support.sbom

format: .venv/.ready-dev ## put the code into shape
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: .venv/.ready-test ## measure beside other ways, as ratios (ARGS=--quick: under 2 minutes)
	@.venv/bin/python -m benchmarks $(ARGS)

load: .venv/.ready-test ## play a mixed day of an office: times of each sort of call, failures, memory (ARGS="--minutes 5 --rate 8")
	@.venv/bin/python -m benchmarks.day $(ARGS)

soak: .venv/.ready-test ## play office days for half an hour, and tell whether memory, files, threads or connections grow
	@.venv/bin/python -m benchmarks.soak $(ARGS)

wheel: .venv/.ready-dev ## build dist/docgen-….whl, which `pip install` and `docgen setup` put on a machine
	@.venv/bin/python -m hatchling build -t wheel

growth: .venv/.ready-test ## write the tables of docs/growth.md from benchmarks/measured (ARGS=--measure: measure anew, hours)
	@.venv/bin/python -m benchmarks.growth_page $(ARGS)

clean: ## remove what was installed here (not the data in var/)
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build

.venv/.ready-run: setup.sh pyproject.toml constraints.txt
	@./setup.sh run

.venv/.ready-dev: setup.sh pyproject.toml constraints.txt
	@./setup.sh dev

.venv/.ready-test: setup.sh pyproject.toml constraints.txt
	@./setup.sh test
