# Everything a person or CI does with this repository. `make` alone lists it.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --warn-undefined-variables --no-builtin-rules

# One static file, the same bytes from the same commit on every machine.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
DATE    ?= $(shell git log -1 --format=%cI 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)

ONCE      ?=
QUICK     ?=
ONLY      ?=
OUT       ?=
PACKAGES  ?= ./...
FUZZ_TIME ?= 30s
LONG_TIME ?= 60m
TEST_TIME ?= 25m
FILES     ?= 3

# Folders with a package.json of their own; none is needed to build the program.
NODE_FOLDERS := $(patsubst %/package.json,%,$(wildcard web/package.json e2e/package.json))
TOOL         := go tool -modfile=tools/go.mod
# Packages that start whole nodes take minutes under the race detector; they
# run there in `make full`.
SLOW_IN_RACE := /(cmd|bench|e2e)(/|$$)|/internal/(arch|engine|node|sim)(/|$$)|/proof$$

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Check for the tools this needs; as root on Debian, install those missing
	@bash .ci/setup

.PHONY: build
build: wasm ## Build bin/pedigree: one static file
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o bin/pedigree ./cmd/pedigree

# The package's files all have the commit's time.
TIME ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 1)

.PHONY: package
package: console build ## Make dist/: the Debian package, the list of materials, their hashes
	go run ./deploy/release -binary bin/pedigree -version '$(VERSION)' -time '$(TIME)' -out dist

.PHONY: sbom
sbom: build ## Print the program's list of materials (CycloneDX)
	@bin/pedigree version --sbom

.PHONY: reproduce
reproduce: ## Build the last commit twice, in two folders with caches of their own, and compare every byte
	@bash deploy/reproduce

.PHONY: licences
licences: ## Read the licence of every module anew, into internal/bom/licences.txt
	go run ./deploy/release -licences

.PHONY: wasm
wasm: ## Build the verifier for browsers, which the next build embeds
	go run ./web/verify/build

.PHONY: console
console: node-modules ## Build the console that the next build embeds (needs Node)
	$(if $(filter web,$(NODE_FOLDERS)),cd web && npm run --silent build)

.PHONY: demo
demo: $(if $(ONCE),,console) wasm build ## Run a demo network; ONCE=1 tells its story and ends
	bin/pedigree demo $(if $(ONCE),--once)

.PHONY: test
test: setup test-node test-go ## Run every test, the browser's too

# The console and the browser tests come first, for the last lines are go test's.
.PHONY: test-node
test-node: node-modules wasm $(if $(filter e2e,$(NODE_FOLDERS)),console build)
	@for folder in $(NODE_FOLDERS); do (cd "$$folder" && npm test); done
	node --test e2e/reader/*.test.mjs

.PHONY: pictures
pictures: node-modules wasm console build ## Take the pictures of docs/guide/screens.md anew
	cd e2e && node browser/pictures.mjs

.PHONY: test-go
test-go:
	go test -timeout $(TEST_TIME) ./...

.PHONY: node-modules
node-modules: $(NODE_FOLDERS:%=%/node_modules/.package-lock.json)

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund
	touch $@

.PHONY: check
check: check-format check-code check-fresh check-race ## Check format, code, rules, generated files and races

.PHONY: check-format
check-format:
	@unformatted=$$(git ls-files -z --cached --others --exclude-standard -- '*.go' | xargs -0 -r $(TOOL) gofumpt -l); \
	if [ -n "$$unformatted" ]; then printf 'not formatted (go tool -modfile=tools/go.mod gofumpt -w):\n%s\n' "$$unformatted"; exit 1; fi

.PHONY: check-code
check-code:
	go vet ./...
	$(TOOL) staticcheck ./...
	go test ./internal/arch

# Generated files are fresh when making them again changes nothing.
.PHONY: check-fresh
check-fresh:
	@mkdir -p build
	@sums() { git ls-files -z --cached --others --exclude-standard | xargs -0 sha256sum 2>/dev/null || true; }; \
	sums > build/before.sums; \
	$(MAKE) --no-print-directory generate; \
	sums > build/after.sums; \
	diff build/before.sums build/after.sums || { echo 'generated files were not fresh: commit what make generate wrote'; exit 1; }

.PHONY: check-race
check-race:
	go list ./... | grep -vE '$(SLOW_IN_RACE)' | xargs go test -race

.PHONY: generate
generate: depaware ## Write every generated file anew
	go generate ./...

.PHONY: depaware
depaware: ## Write the list of packages that the program links
	go test ./internal/arch -count=1 -run '^TestTheDependencyListIsTheProgramsOwn$$' -update

.PHONY: bench
bench: ## Measure and compare with the targets; QUICK=1 in two minutes, ONLY=engine,state OUT=docs/bench.md
	@mkdir -p build
	CGO_ENABLED=0 go build -trimpath -o build/bench ./bench/cmd/bench
	build/bench $(if $(QUICK),-quick) $(if $(ONLY),-only $(ONLY)) $(if $(OUT),-out $(OUT))

.PHONY: bench-console
bench-console: console build ## Measure in a real browser, on real nodes: from a scan to its verdict (SCANS=300), and 100,000 rows scrolled
	node e2e/browser/scanspeed.mjs $(SCANS)
	PEDIGREE_ROWS=real node --test e2e/browser/rows.test.mjs

.PHONY: drill
drill: ## Back up a node with goods, wipe it, restore it, verify its receipts; FILES=100 for more goods
	DRILL_FILES=$(FILES) go test ./cmd/pedigree -run '^TestDrill$$' -count=1 -v -timeout $(LONG_TIME)

.PHONY: kills
kills: ## Kill nodes 300 times under load, note the run in docs/operate/assurance.md (about a quarter of an hour)
	go test -tags long ./e2e/kill -count=1 -v -timeout $(LONG_TIME) -out ../../docs/operate/assurance.md

.PHONY: faults
faults: kills ## The kills, and every other fault as often as a long run has it
	go test -tags long ./e2e/faults ./e2e/points ./e2e/history ./e2e/validators -p 1 -count=1 -v -timeout $(LONG_TIME)

.PHONY: fuzz
fuzz: ## Fuzz every target for FUZZ_TIME (30s each)
	@bash .ci/fuzz '$(FUZZ_TIME)' $(PACKAGES)

.PHONY: full
full: check test fuzz ## Run all of it: fuzzing, races, long kill and soak runs (hours)
	go test -race -timeout $(LONG_TIME) ./...
	go test -tags long,invariants -timeout $(LONG_TIME) ./...

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin build .demo
