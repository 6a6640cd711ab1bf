# The habits of this house. `make run` and `make test` need nothing but Python 3.11 or later.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --upgrade

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; set PYTHON=… (found: $$($(PYTHON) --version 2>&1))"; exit 2; }
	@$(PYTHON) -m venv .venv \
		|| { echo "The venv module is missing: install python3-venv"; exit 2; }
	@touch $@

.venv/.run: .venv/.python requirements-build.txt requirements.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements-build.txt
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/.run ## Demo province, coordinator on 127.0.0.1, storm drill at 60×; Ctrl-C ends it
	@$(BIN)/coordinator run

# Tests write much that need not last: into memory, where there is room (4 GB), else where all else goes.
SHM := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print $$6}')
TESTS := test-consoles test-brokers test-worlds test-computing
$(TESTS): export TMPDIR := $(or $(SHM),$(TMPDIR),/tmp)

# A browser, a command and a broker are waited for while the rest computes; each is started once. What computes
# is cut in two, so that no part is left to end alone on one processor. What a part said is shown
# when it has ended.
CONSOLES := tests/consoles tests/cli
BROKERS := tests/streams tests/broker tests/contract
WORLDS := tests/simulation tests/scenario tests/planning

test: .venv/.dev ## All tests, in four parts side by side
	@$(MAKE) --no-print-directory --jobs=4 --keep-going --output-sync=target $(TESTS)

test-consoles:
	$(BIN)/pytest $(CONSOLES)

test-brokers:
	$(BIN)/pytest $(BROKERS)

test-worlds:
	$(BIN)/pytest $(WORLDS)

test-computing:
	$(BIN)/pytest $(addprefix --ignore=,$(CONSOLES) $(BROKERS) $(WORLDS))

fuzz: .venv/.dev ## Bytes that nobody thought of, for long: FUZZ_TIMES=50 times what `make test` tries
	FUZZ_TIMES=$(or $(FUZZ_TIMES),50) $(BIN)/pytest tests/fuzz

check: .venv/.dev ## Format, lint, types, imports, dead links
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.dead_links

check-scripts: .venv/.dev ## Format, lint, types and tests of the consoles' scripts (needs npm)
	$(BIN)/python -m tools.check_scripts

format: .venv/.dev ## Format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

format-scripts: .venv/.dev ## Format the consoles' scripts (needs npm)
	$(BIN)/python -m tools.check_scripts --fix

bench: .venv/.dev ## The benchmarks, quick form
	for bench in throughput latency replay planning map console replay_console ice_storm flood; do $(BIN)/python -m benchmarks.$$bench --quick || exit 1; done

docs: .venv/.dev ## Write docs/reference from the program
	$(BIN)/python -m tools.reference

screenshots: .venv/.dev ## Take the pictures in docs/screenshots anew (needs chromium)
	$(BIN)/python -m tools.screenshots

lock: .venv/.dev ## Compile the pinned, hashed requirements anew
	$(INSTALL) uv
	$(LOCK) --group build --output-file requirements-build.txt
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) pyproject.toml --group dev --output-file requirements-dev.txt

sbom: .venv/.dev ## What ships, as CycloneDX JSON: build/sbom.cdx.json
	$(BIN)/python -m tools.sbom

audit: .venv/.dev ## Is a vulnerability known of what is pinned? (needs a network; says where it has none)
	$(BIN)/python -m tools.audit

vendor: ## Fetch the vendored script libraries anew (needs npm; nobody else does)
	$(PYTHON) -m tools.vendor

clean: ## Forget the environment and the demo's data
	rm -rf .venv var

.PHONY: help run test $(TESTS) fuzz check check-scripts format format-scripts bench docs screenshots lock sbom audit vendor clean
