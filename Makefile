# Tasks, a line or two each. `make demo` and `make test` are all a newcomer needs.
PORT ?= 8000
HTTPS_PORT ?= 8443
SEED ?= 1
INTERVIEWS ?= 60
KILLS ?= 20
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: demo demo-https demo-reset env test check browser simulate chaos bench messages lock migration

demo: .venv-demo/ready ## the whole product with simulated fieldwork, on 127.0.0.1
	@.venv-demo/bin/python -m flask --app wsgi load-demo && exec .venv-demo/bin/python -m flask --app wsgi serve --demo --port $(PORT)

demo-https: .venv-demo/ready ## the demo for phones in the local network, over https (survey_app/collection/PHONE.md)
	@.venv-demo/bin/python -m flask --app wsgi load-demo && exec .venv-demo/bin/python -m flask --app wsgi serve-https --port $(HTTPS_PORT) $(HOSTS)

demo-reset: ## forget the demo's data and passwords, and begin again
	@rm -rf instance && echo "Đã xóa dữ liệu trình diễn / the demo's data are gone. make demo"

.venv-demo/ready: requirements.lock
	@sh tests/bootstrap.sh .venv-demo requirements.lock

env: .venv/ready ## the full environment, tests and checks included

.venv/ready: requirements-dev.lock
	@sh tests/bootstrap.sh .venv requirements-dev.lock

test: .venv/ready ## every test; its last lines say what was left out, and why
	@.venv/bin/python -m tests.run

check: .venv/ready ## formatting, types, room order, quick tests
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy questionnaires analysis survey_app
	.venv/bin/lint-imports && .venv/bin/pytest tests/unit tests/conformance

browser: .venv/ready
	.venv/bin/pytest tests/browser

simulate: .venv/ready ## long simulations: coverage of intervals, known truth
	.venv/bin/python -m tests.simulation.truth && .venv/bin/python -m tests.simulation.coverage

chaos: .venv/ready ## kills, lost connections and restarts while interviews are made and sent
	.venv/bin/python -m tests.browser.chaos --seed $(SEED) --interviews $(INTERVIEWS) --kills $(KILLS)

bench: .venv/ready ## every figure of the budgets, one line each: name value unit
	.venv/bin/python -m tests.benchmarks

messages: .venv/ready ## what lacks a Vietnamese translation
	.venv/bin/pytest tests/unit/survey_app/test_wording.py

lock: ## new exact versions with hashes, no addresses (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

migration: .venv/ready ## a new migration from the models: make migration NAME=slug
	.venv/bin/python -m flask --app wsgi db migrate -m "$(NAME)" --rev-id "$$(date +%Y%m%d)_$(NAME)"
