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
RACE_PKGS ?= ./scanner/... ./printer/... ./terminal/... ./syncer/... ./cmd/zegel/scanning
BENCH_PKGS ?= ./store ./cmd ./cmd/zegel/printing ./scanner ./scanner/frame ./scanner/pn532 ./terminal/loyalty/session ./terminal/loyalty/simulate
BENCH ?= ^Benchmark(PostAgainstTheBareDriver|ScanToScreen|AwardOverHTTP|StartToFirstScan|QuoteRules)$$
BENCH_ONCE ?= ^Benchmark(WrittenPerAward|Memory|SimulateYear|ScannersBesideNode|SlipBesideNode)$$
# What goes through memory alone is measured by the second, not by so many rounds.
BENCH_TIMED ?= ^Benchmark(Framers|Frames|Driver|Reader)$$
BENCH_ROUNDS ?= 5
FUZZTIME ?= 10s
CYCLES ?= 10000
KILL_PKG ?= ./cmd
ARGS ?=
SHOTS ?=
AXE_VERSION := 4.14.1
AXE := bin/axe-core-$(AXE_VERSION).min.js
NODE_SERIALPORT_VERSION := 13.0.0
NODE_SERIALPORT := bin/node-serialport/node_modules/serialport/package.json
NPOS_VERSION := 0.1.19
NPOS := bin/npos/node_modules/npos/package.json
RECEIPTIO_VERSION := 2.1.2
RECEIPTIO := bin/receiptio/node_modules/receiptio/package.json
RECEIPT_ENCODER_VERSION := 4.0.1
RECEIPT_ENCODER := bin/receipt-encoder/node_modules/@point-of-sale/receipt-printer-encoder/package.json

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.DEFAULT_GOAL := help
.PHONY: help build check test browser chromium tools demo bench fuzz killtest lint format vet staticcheck arch \
	cross cross-windows cross-arm64 wine qemu print-flags clean FORCE

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: $(PROGRAMS:%=bin/%) ## build bin/zegel (the shop) and bin/zegel-office (head office)

$(PROGRAMS:%=bin/%): bin/%: FORCE
	@[ -e $@ ] || echo "building $@; the first time SQLite is compiled too, which takes a minute or two" >&2
	@$(GO) build -o $@ ./cmd/$* >&2

# Tests that open pages in a real browser, or hold our own against other people's tools, go by their names: they need
# more than Go, and the inner loop is Go alone.
BROWSER_TESTS := ^Test(CounterPage|Browser)
TOOL_TESTS := ^Test(Libnfc|Zbar|ZXing|Npos|Iconv|Receiptio)

check: format vet ## the inner loop, with Go alone: format, vet and the short tests
	$(GO) test -short -skip '$(BROWSER_TESTS)|$(TOOL_TESTS)' ./...

test: chromium $(AXE) tools $(NPOS) $(RECEIPTIO) ## every test, as CI runs them, then the race detector on RACE_PKGS
	$(GO) test -timeout 15m ./...
	$(GO) test -race -timeout 15m $(RACE_PKGS)

browser: chromium $(AXE) ## the pages in a real Chromium; keep pictures of them: make browser SHOTS=folder
	$(if $(SHOTS),mkdir -p '$(SHOTS)' && ZEGEL_SHOTS='$(abspath $(SHOTS))') $(GO) test -count=1 -v -run '$(BROWSER_TESTS)' ./cmd

chromium:
	$(call install,chromium,chromium fonts-dejavu-core)

# A reader of NFC tags, two of bar codes, and code tables that others wrote: what we pretend to be is held against them.
tools:
	$(call install,nfc-list,libnfc-bin)
	$(call install,zbarimg,zbar-tools)
	$(call install,ZXingReader,zxing-cpp-tools)
	$(call install,python3,python3)
	$(call install,iconv,libc-bin)

# npm's serialport (MIT) reads the same lines as our reader in a benchmark, in turns with ours.
$(NODE_SERIALPORT):
	$(call npm,node-serialport,serialport@$(NODE_SERIALPORT_VERSION))

# npm's npos (MIT) splits what a printer is sent into commands in tests.
$(NPOS):
	$(call npm,npos,npos@$(NPOS_VERSION))

# npm's receiptio (Apache-2.0) is a host that prints on our pretended printer in tests.
$(RECEIPTIO):
	$(call npm,receiptio,receiptio@$(RECEIPTIO_VERSION))

# npm's receipt-printer-encoder (MIT) makes the same slip as our encoder in a benchmark.
$(RECEIPT_ENCODER):
	$(call npm,receipt-encoder,@point-of-sale/receipt-printer-encoder@$(RECEIPT_ENCODER_VERSION))

# axe-core (MPL-2.0) looks at pages in tests and is no part of what is shipped. The tests know its SHA-512.
$(AXE):
	$(call install,npm,npm)
	@mkdir -p bin/axe-core
	cd bin/axe-core && npm pack --silent axe-core@$(AXE_VERSION) && tar -xzf axe-core-$(AXE_VERSION).tgz package/axe.min.js
	@mv bin/axe-core/package/axe.min.js $@ && rm -r bin/axe-core

# Nothing but the program itself may write on standard output here: ARGS="--once --json" is read by programs.
demo: bin/zegel ## play a shop: make demo ARGS="--once --json"
	@bin/zegel demo $(ARGS)

# Figures stand beside those of a floor that was measured in the same run, in turns: read the ratios, which move
# less from machine to machine than microseconds. All benchmarks there are: make bench BENCH=. BENCH_PKGS=./...
bench: $(NODE_SERIALPORT) $(RECEIPT_ENCODER) ## what a read code, an award, a slip, a scan, a start, the daemon, a quote and a simulated year cost, as ratios where there is a floor
	$(call install,strace,strace)
	@echo "$$($(GO) version), $$(uname -sr), $$(getconf _NPROCESSORS_ONLN) processors, load $$(cut -d' ' -f1-3 /proc/loadavg), temporary files on $$(stat -f -c %T "$${TMPDIR:-/tmp}")"
	@{ $(GO) test -p 1 -run '^$$' -bench '$(BENCH_TIMED)' $(BENCH_PKGS); \
		$(GO) test -p 1 -run '^$$' -bench '$(BENCH)' -benchtime $(BENCH_ROUNDS)x -timeout 20m $(BENCH_PKGS); \
		$(GO) test -p 1 -run '^$$' -bench '$(BENCH_ONCE)' -benchtime 1x -timeout 20m $(BENCH_PKGS); } | \
	awk -F '\t' '/FAIL/ { failed = 1 } !/^Benchmark.*\t/ { print; next } \
		{ sub(/^Benchmark/, "", $$1); sub(/-[0-9]+ *$$/, "", $$1); print "\n" $$1; \
		for (i = 3; i <= NF; i++) if ($$i ~ /ratio/) print "  " $$i; \
		for (i = 3; i <= NF; i++) if ($$i !~ /ratio/) print "  " $$i } \
		END { exit failed }'

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
WINE_PKGS ?= ./terminal/... ./scanner/... ./cmd/zegel/scanning ./printer/layout ./printer/codetable ./printer/raster ./printer/escpos ./printer/starprnt \
	./printer/symbol ./printer/preview ./printer/device ./printer/printertest ./syncer/... ./install/...
# SQLite among them. What talks to ptys and child processes is for real machines.
QEMU_PKGS ?= ./terminal/... ./scanner/frame ./scanner/pn532 ./scanner/ndef ./scanner/preset ./scanner/setup \
	./scanner/recording ./cmd/zegel/scanning ./printer/layout ./printer/codetable ./printer/raster ./printer/escpos ./printer/starprnt ./printer/symbol ./printer/preview \
	./syncer/... ./store/... ./install/programmes ./cmd/gate ./cmd/keyfile
# QEMU keeps no limit on a file's size, by which these make a disk full.
QEMU_SKIP := ^Test(AFileSizeLimitIsFull|ACopyThatDoesNotFitHarmsNothing)$$

wine: ## run the tests that need no files on windows/amd64, under Wine
	$(call install,x86_64-w64-mingw32-gcc,gcc-mingw-w64-x86-64)
	$(call install,/usr/lib/wine/wine64,wine64)
	GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc $(GO) test -short -timeout 10m -skip '$(TOOL_TESTS)' -exec "$(CURDIR)/.ci/wine/run" $(WINE_PKGS)

qemu: ## run the tests that need no devices on linux/arm64, under QEMU
	$(call install,aarch64-linux-gnu-gcc,gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
	$(call install,qemu-aarch64-static,qemu-user-static)
	GOOS=linux GOARCH=arm64 CC=aarch64-linux-gnu-gcc $(GO) test -short -timeout 15m -skip '$(QEMU_SKIP)' \
		-exec "qemu-aarch64-static -L /usr/aarch64-linux-gnu" $(QEMU_PKGS)

# install COMMAND,PACKAGES: fetches Debian packages unless the command is there.
define install
@command -v $(1) >/dev/null || { command -v apt-get >/dev/null || \
	{ echo "$(1) is not here, and there is no apt-get to install it with: install $(2) by hand. make check needs Go alone." >&2; exit 1; }; \
	$(SUDO) apt-get update -q && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(2); }
endef

# npm FOLDER,PACKAGE: fetches a package of npm into a folder of bin. None of them is a part of what is shipped.
define npm
$(call install,npm,npm)
@mkdir -p bin/$(1)
cd bin/$(1) && npm install --silent --no-fund --no-audit --omit=optional $(2)
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
