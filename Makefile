# Everything a developer, a release or CI does here, by name. `make` alone lists it.
#
# Needs Go, a C compiler, make and git; a target that needs more installs it.

# One set of flags for every build, vet and test: SQLite is the slowest thing to compile, and another flag would
# compile it again. -trimpath keeps the builder's own paths out of what is shipped. A shell that calls go by itself takes them over with: eval "$(make -s print-flags)"
export CGO_ENABLED := 1
export GOFLAGS := -buildvcs=false -trimpath -tags=sqlite_omit_load_extension
export CGO_CFLAGS := -O2 -g -DSQLITE_DEFAULT_DEFENSIVE=1 -DSQLITE_DQS=0 -DSQLITE_TRUSTED_SCHEMA=0

GO ?= go
PROGRAMS := zegel zegel-office

# Packages that run goroutines. None of them reaches SQLite, which would be compiled once more for the detector.
RACE_PKGS ?= ./scanner/... ./printer/... ./terminal/... ./syncer/...
BENCH_PKGS ?= ./...
BENCH ?= .
FUZZTIME ?= 10s
CYCLES ?= 10000
KILL_PKG ?= ./cmd
ARGS ?=

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.DEFAULT_GOAL := help
.PHONY: help build check test browser demo bench fuzz killtest lint format vet staticcheck arch \
	cross cross-windows cross-arm64 wine qemu print-flags clean FORCE

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: $(PROGRAMS:%=bin/%) ## build bin/zegel (the shop) and bin/zegel-office (head office)

$(PROGRAMS:%=bin/%): bin/%: FORCE
	@$(GO) build -o $@ ./cmd/$* >&2

check: format vet ## the inner loop: format, vet and the short tests
	$(GO) test -short ./...

test: ## every test, as CI runs them, then the race detector on RACE_PKGS
	$(GO) test -timeout 15m ./...
	$(GO) test -race -timeout 15m $(RACE_PKGS)

# Nothing but the program itself may write on standard output here: ARGS="--once --json" is read by programs.
demo: bin/zegel ## play a shop: make demo ARGS="--once --json"
	@bin/zegel demo $(ARGS)

bench: ## run the benchmarks matching BENCH in BENCH_PKGS
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem $(BENCH_PKGS)

fuzz: ## fuzz every target for FUZZTIME
	@grep -rEo '^func Fuzz[A-Za-z0-9_]*' --include='*_test.go' . | sed 's|/[^/]*:func | |' | sort | \
	while read -r folder target; do \
		echo "$$folder $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$folder" || exit 1; \
	done

killtest: ## kill the daemon CYCLES times and audit what is left
	$(GO) test -count=1 -timeout 0 -v -run '^TestKill' $(KILL_PKG) -args -cycles=$(CYCLES)

lint: format vet staticcheck ## gofmt, go vet and staticcheck

format: ## refuse files that gofmt would change
	@files=$$("$$($(GO) env GOROOT)/bin/gofmt" -l .); \
	[ -z "$$files" ] || { echo "not formatted, run gofmt -w on:"; echo "$$files"; exit 1; }

vet: ## go vet
	$(GO) vet ./...

staticcheck: ## staticcheck, at the version go.mod names
	$(GO) tool staticcheck ./...

arch: ## who may import whom, and what every package must say about itself
	$(GO) test -count=1 -run '^Test(Arch|Doc)' ./cmd

cross: cross-windows cross-arm64 ## compile for windows/amd64 and linux/arm64, tests included

cross-windows: ## compile for windows/amd64, installing mingw when it is missing
	$(call install,x86_64-w64-mingw32-gcc,gcc-mingw-w64-x86-64)
	$(call compile,windows,amd64,x86_64-w64-mingw32-gcc)

cross-arm64: ## compile for linux/arm64, installing its gcc when it is missing
	$(call install,aarch64-linux-gnu-gcc,gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
	$(call compile,linux,arm64,aarch64-linux-gnu-gcc)

# Tests that leave files behind do not run under Wine 8, which cannot do what os.RemoveAll asks of Windows since Go 1.25.
WINE_PKGS ?= ./terminal/... ./scanner/... ./printer/layout ./printer/escpos ./printer/symbol ./printer/preview \
	./printer/printertest ./syncer/... ./install/... ./cmd/gate
# SQLite among them. What talks to ptys and child processes is for real machines.
QEMU_PKGS ?= ./terminal/... ./scanner/frame ./printer/layout ./printer/escpos ./printer/symbol ./printer/preview \
	./syncer/... ./store/... ./install/... ./cmd/gate ./cmd/keyfile

wine: ## run the tests that need no files on windows/amd64, under Wine
	$(call install,x86_64-w64-mingw32-gcc,gcc-mingw-w64-x86-64)
	$(call install,/usr/lib/wine/wine64,wine64)
	GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc $(GO) test -short -timeout 10m -exec "$(CURDIR)/.ci/wine/run" $(WINE_PKGS)

qemu: ## run the tests that need no devices on linux/arm64, under QEMU
	$(call install,aarch64-linux-gnu-gcc,gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
	$(call install,qemu-aarch64-static,qemu-user-static)
	GOOS=linux GOARCH=arm64 CC=aarch64-linux-gnu-gcc $(GO) test -short -timeout 15m \
		-exec "qemu-aarch64-static -L /usr/aarch64-linux-gnu" $(QEMU_PKGS)

# install COMMAND,PACKAGES: fetches Debian packages unless the command is there.
define install
@command -v $(1) >/dev/null || { $(SUDO) apt-get update -q && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(2); }
endef

# compile OS,ARCH,CC: builds the programs, then type-checks every package with its tests.
define compile
@mkdir -p bin/$(1)-$(2)
GOOS=$(1) GOARCH=$(2) CC=$(3) $(GO) build -o bin/$(1)-$(2)/ $(PROGRAMS:%=./cmd/%)
GOOS=$(1) GOARCH=$(2) CC=$(3) $(GO) vet -trimpath ./...
endef

print-flags: ## the build flags, for a shell: eval "$(make -s print-flags)"
	@printf "export CGO_ENABLED='%s' GOFLAGS='%s' CGO_CFLAGS='%s'\n" "$$CGO_ENABLED" "$$GOFLAGS" "$$CGO_CFLAGS"

clean: ## remove what build and cross made
	rm -rf bin
