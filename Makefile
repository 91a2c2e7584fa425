# What a person types. `make` alone lists the targets; every target may be the first command ever typed.

SHELL := /bin/sh
.NOTPARALLEL:
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
ARGS :=
PARALLEL := -n auto --maxprocesses 4 --no-loadscope-reorder

# Prefect keeps to this checkout: never the user's own profile, server or database. No telemetry.
export PREFECT_HOME := $(CURDIR)/.state/prefect
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
# Bytecode of this checkout is kept: tests start a hundred processes, and none should compile what another has.
unexport PYTHONDONTWRITEBYTECODE
unexport PREFECT_API_URL PREFECT_API_KEY PREFECT_API_AUTH_STRING PREFECT_PROFILE PREFECT_PROFILES_PATH

# A domain controller has fixed ports below 1024.
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo -n)

say = @echo "==> $(1)"

.PHONY: help
help:  ## list the targets
	@echo "halo-ad: keeps Active Directory true to the people in HaloITSM"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Start with: make demo"

.PHONY: system
system:  ## install the Debian packages that the sandbox and the tests need, where they are missing
	$(call say,looking for the system packages)
	@sh scripts/system.sh

.PHONY: setup
setup:  ## make .venv from requirements.lock; costs nothing when it is so already
	$(call say,looking at the virtual environment)
	@sh scripts/setup.sh
	@mkdir -p "$$PREFECT_HOME"  # Prefect warns of a folder that is not there

.PHONY: demo
demo: system setup  ## show the whole job on a sandbox; stays up until Ctrl-C, ARGS=--once ends by itself
	$(call say,starting the demo)
	@$(PYTHON) -m sandbox.demo $(ARGS)

.PHONY: test
test: system setup  ## run the tests, up to ten minutes; ARGS=tests/cases for some, those that take long as well
	$(call say,running the tests)
	@$(PYTHON) -m pytest $(or $(ARGS),-m "not long" $(PARALLEL))

.PHONY: test-long
test-long: system setup  ## run what takes longer: cases somebody reported, kills, laws on thousands of organisations
	$(call say,running the tests that take long)
	@$(PYTHON) -m pytest -m long $(PARALLEL)
	$(call say,trying the laws of planning and applying on thousands of organisations)
	@HALO_AD_EXAMPLES=1000 $(PYTHON) -m pytest -m laws --timeout 0 $(PARALLEL)

.PHONY: check
check: setup  ## format, lint, types, generated files, lock: everything that needs no sandbox
	$(call say,format)
	@$(PYTHON) -m ruff format --check .
	$(call say,lint)
	@$(PYTHON) -m ruff check .
	$(call say,types)
	@$(PYTHON) -m mypy
	$(call say,JSON Schema of the configuration is current)
	@$(PYTHON) -m lifecycle.config.json_schema --check
	$(call say,reference pages are current)
	@$(PYTHON) -m deployments.generate_reference --check
	$(call say,the lock names no package index)
	@if grep -nE '^ *-|https?://|file:' requirements.lock | grep -vE '^[0-9]+: +--hash=sha256:'; then exit 1; fi

.PHONY: config-check
config-check: setup  ## check ./config, every file and every name; blocks are looked up by halo-ad check alone
	$(call say,checking the configuration)
	@$(PYTHON) -m commands.main check config --no-blocks $(ARGS)

.PHONY: fuzz
fuzz: setup  ## random macros, documents and organisations, twenty minutes
	$(call say,trying random macros)
	@$(PYTHON) -m tests.fuzz.macros
	$(call say,trying random documents as configuration)
	@$(PYTHON) -m tests.fuzz.configuration
	$(call say,trying the laws of planning and applying on random organisations)
	@HALO_AD_EXAMPLES=5000 $(PYTHON) -m pytest -m laws --timeout 0 $(PARALLEL)

.PHONY: benchmark
benchmark: system setup  ## what is fast, measured against peers in the same run
	$(call say,records becoming people)
	@$(PYTHON) -m benchmarks.people
	$(call say,unique names)
	@$(PYTHON) -m benchmarks.names
	$(call say,the directory)
	@$(PYTHON) -m benchmarks.directory
	$(call say,home folders)
	@$(PYTHON) -m benchmarks.folders
	$(call say,the outbox)
	@$(PYTHON) -m benchmarks.outbox

.PHONY: format
format: setup  ## format and mend what ruff can mend
	$(call say,formatting)
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .

.PHONY: reference
reference: setup  ## write config/schema and docs/reference anew from the code
	$(call say,writing the JSON Schema and the reference pages)
	@$(PYTHON) -m lifecycle.config.json_schema
	@$(PYTHON) -m deployments.generate_reference

.PHONY: sandbox-up
sandbox-up: system setup  ## start a domain controller and a HaloITSM to try things on
	$(call say,starting the sandbox)
	@$(AS_ROOT) $(PYTHON) -m sandbox up --detach
	@$(PYTHON) -m sandbox status

.PHONY: sandbox-down
sandbox-down: setup  ## end that sandbox; nothing of it is left
	$(call say,ending the sandbox)
	@$(AS_ROOT) $(PYTHON) -m sandbox down

.PHONY: lock
lock: setup  ## compile requirements.lock anew; ARGS=--upgrade takes newer versions
	$(call say,compiling requirements.lock)
	@.venv/bin/uv pip compile pyproject.toml --group dev --group sandbox --output-file requirements.lock \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet $(ARGS)

.PHONY: clean
clean:  ## remove .venv, caches and what the demo left; configuration and your own state store stay
	$(call say,removing what can be made again)
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov .state ./*.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
