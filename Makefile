# What one does with Otklik. Each target is one line that anyone can read.

# The real SMTP server of the mail tests (aiosmtpd), installed by scripts/needs.sh.
export OTKLIK_TEST_PYTHON = $(CURDIR)/.venv/bin/python

.PHONY: run test check bench demo e2e unit postgres api release

run: ## Builds and starts Otklik on its embedded database; the log says where
	cargo run -p otklik -- serve

demo: ## Adds the demonstration company to ./otklik-data and prints how to sign in
	cargo run -p otklik -- demo

check: ## Format, lints with warnings denied, dependencies
	cargo fmt --all --check && cargo clippy --workspace --all-targets -- -D warnings && scripts/audit.sh

test: unit api postgres e2e ## Every test; installs or starts what it needs itself

unit: ## Rules, acts and laws on SQLite, and the reference vectors where they are present
	scripts/needs.sh mail && cargo test --workspace

postgres: ## The same acts on a real PostgreSQL that is started for it and thrown away
	scripts/needs.sh postgres && scripts/needs.sh mail && scripts/with-postgres.sh cargo test --workspace --lib

api: ## The API against its own description, with made-up requests of three roles
	cargo build --workspace --all-targets && scripts/schemathesis.sh 5

e2e: ## Whole stories in a real browser, on a desktop and a phone
	scripts/needs.sh browser && scripts/needs.sh postgres && (scripts/needs.sh mail || true) && cd e2e && npm ci --no-audit --no-fund && node run.mjs

release: ## The binary as it is shipped
	cargo build --release -p otklik

bench: release ## Speed and size as ratios within one run; results into BENCHMARKS.md
	scripts/needs.sh postgres && POSTGRES_FSYNC=on scripts/with-postgres.sh cargo run --release -p otklik --example bench
