# make app    install what is missing and start the app
# make test   install what is missing and run all checks and the tests that CI runs
# make test-all   the same, and the tests marked `long`
# make coverage   run the tests but those of browsers, and list the lines that none of them reaches
# make docs   install what is missing and build guides and reference as a site, in site/
# make pictures  take the pictures of the README from the running app
# make constraints  write down the versions of all packages, for CI
# make wheel  install what is missing and build dist/genoviz-*.tar.gz and dist/genoviz-*.whl
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 8501
LEFT_OUT = and not long

# A recipe that fails leaves no half-made target behind.
.DELETE_ON_ERROR:

.PHONY: app test test-all coverage docs pictures lint style format constraints wheel clean

app: $(VENV)/.installed
	$(BIN)/genoviz run --port $(PORT)

# Browsers, and tests that read the clock, run one at a time; types are checked beside them, in what they leave of the processor.
test: style
	$(BIN)/python -m pytest -m "not online and not browser and not clock $(LEFT_OUT)"
	nice -n 19 $(BIN)/mypy & types=$$!; \
	$(BIN)/python -m pytest -n 0 -m "not online and (browser or clock)"; tests=$$?; \
	wait $$types && exit $$tests

test-all: LEFT_OUT =
test-all: test

# Not --quiet: mkdocs.yml is strict, and quietly it would count no warnings. The variable silences an announcement of the
# theme that has nothing to do with this site.
docs: $(VENV)/.installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build
	@echo "site/index.html is built. To search in it, serve it: $(BIN)/python -m http.server -d site"

pictures: $(VENV)/.installed-test
	$(BIN)/python docs/badges.py
	$(BIN)/python docs/pictures.py

# Lines of genoviz that no test reaches. Browsers run the app in another process, which is not measured.
coverage: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m "not online and not browser" --cov --cov-report=term:skip-covered

lint: style
	$(BIN)/mypy

style: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# From an environment as requirements*.txt make it today; run it after `make clean`.
constraints: $(VENV)/.installed-test $(VENV)/.installed-docs
	head -1 constraints.txt > constraints.new
	$(BIN)/python -m pip freeze --all --exclude-editable | sed 's/+cpu//; /^pip==/d' >> constraints.new
	mv constraints.new constraints.txt

wheel: $(VENV)/.installed-test
	$(BIN)/python -m build --no-isolation

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else f"Python 3.11 or newer is needed, this is {v.major}.{v.minor}. Name another with: make PYTHON=python3.12 app")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: $(VENV)/bin/python requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed requirements-test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed requirements-docs.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist site *.egg-info tests/viewer/node_modules .pytest_cache .mypy_cache .ruff_cache
