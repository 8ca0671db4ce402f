# make demo    the product with sample data on http://127.0.0.1:8000 (PORT=8001 for another port)
# make test    all tests                          make check   style, types, layers, translations …
PYTHON ?= python3
PORT ?= 8000
export PORT
IN_VENV := .venv/bin/python -m

.PHONY: demo demo-reset test check format messages install install-dev

demo: install
	@$(IN_VENV) tools.demo

demo-reset: install
	@$(IN_VENV) tools.demo --reset

test: install-dev
	@$(IN_VENV) tools.test

check: install-dev
	@$(IN_VENV) tools.check

format: install-dev
	@$(IN_VENV) tools.check --fix

messages: install-dev
	@$(IN_VENV) tools.messages update

install:
	@$(PYTHON) tools/install.py

install-dev:
	@$(PYTHON) tools/install.py --dev
