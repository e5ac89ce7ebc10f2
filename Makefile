# Each target makes what it needs. Plain make, a POSIX shell and Python 3.11 or newer are enough.
PYTHON ?= python3
BIN := .venv/bin
WORKFLOWS := $(wildcard .github/workflows/*.yml evaluation/start/project/.github/workflows/*.yml)
unexport PYTHONDONTWRITEBYTECODE  # where a machine sets it, each of a thousand processes would compile the package again

.PHONY: review test lists long quick lab bench pdf reference lock audit-deps mutants

review: .venv/ready
	$(BIN)/evaluation build parameters/review.yml

test: .venv/ready browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/zizmor --offline --quiet --no-progress $(WORKFLOWS)
	$(BIN)/pytest -n 2 --dist worksteal -m "not long"
	$(MAKE) lists

# The library of overlapping lists: its types, then its wheel, tested as it is installed, in a folder of its own.
LISTS := .venv/overlapping-lists
lists: .venv/ready
	cd overlapping-lists && ../$(BIN)/mypy
	rm -rf $(LISTS)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir $(LISTS) ./overlapping-lists
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(LISTS)/installed $(LISTS)/*.whl
	cd overlapping-lists && PYTHONPATH=../$(LISTS)/installed ../$(BIN)/pytest -m "not long" --doctest-modules --pyargs overlapping_lists tests

# What is slow by nature: many kills, all places in a browser, everything exported twice.
long: .venv/ready browser
	$(BIN)/pytest -n 2 --dist loadfile -m long
	cd overlapping-lists && PYTHONPATH=src ../$(BIN)/pytest -m long

quick: .venv/ready
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow and not long"

lab: .venv/ready
	$(BIN)/jupyter lab notebooks

bench: .venv/ready
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.import_speed

pdf: .venv/ready
	$(BIN)/evaluation build parameters/review.yml
	$(BIN)/evaluation export parameters/review.yml --pdf

# The reference in docs/, from the docstrings and the help of the commands.
reference: .venv/ready
	$(BIN)/python tools/reference.py

# The browser that the tests look through: any Chromium or Chrome; as root on Debian, Debian's is installed.
.PHONY: browser
browser: .venv/ready
	@$(BIN)/python -m evaluation.audit.browser >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	  $(BIN)/python -m evaluation.audit.browser

# What a run leaves in a notebook is never saved into git.
.PHONY: filter
filter:
	@! git rev-parse --git-dir >/dev/null 2>&1 || git config filter.notebook.clean "$(PYTHON) tools/without_outputs.py"

.venv/ready: requirements.lock pyproject.toml | filter
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0])'
	@echo "making the environment in .venv, about a minute"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Change one line at a time, drawn by SEED, and see whether a quick test notices: 60 of the whole package in some twenty
# minutes, or of MODULE in some minutes where TESTS names those that look at it.
SEED ?= $(shell date +%Y%m%d)
mutants: .venv/ready
	$(BIN)/python tools/mutants.py --seed $(SEED) --least 75 $(MODULE) $(TESTS)

# Ask the advisory service about every locked dependency; fails where it cannot be asked.
audit-deps: .venv/ready
	@$(BIN)/python tools/audit_deps.py

# Resolve the dependencies of pyproject.toml anew: hashes for every platform, no index address.
lock:
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --upgrade --quiet --output-file requirements.lock
