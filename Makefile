# Every command of the project. Needs make, Node.js 18 or later and npm; the rest is installed below node_modules,
# Node 24 included, which is why node_modules/.bin comes first on PATH.

SYSTEM_PATH := $(PATH)
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# What Node.js made of the sources at their last start; it halves the time that a role takes to start.
export NODE_COMPILE_CACHE := $(CURDIR)/.cache/node-compile

.DEFAULT_GOAL := help
.PHONY: help install demo test chaos test-alerts test-clients test-deploy test-cluster test-openstack check proto docs release test-release record soak bench bench-engine bench-cluster memory clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

# npm 9, Debian 12's, installs Node 24 without the link to it.
install: ## npm packages, when package-lock.json asks for others than are there
	@PATH="$(SYSTEM_PATH)"; command -v node >/dev/null && command -v npm >/dev/null \
		|| { echo "Node.js 18 or later and npm are needed: apt-get install nodejs npm" >&2; exit 1; }; \
	node tools/is-installed.js; status=$$?; \
	if [ $$status -eq 1 ]; then \
		echo "Installing npm packages (half a minute, some 500 MB) ..."; \
		npm ci --no-audit --no-fund --no-update-notifier --loglevel=error || exit; \
		[ -e node_modules/.bin/node ] || ln -sfn "../$$(cd node_modules && echo node-linux-*)/bin/node" node_modules/.bin/node; \
	else exit $$status; fi

demo: install ## the whole system on this machine: one alarm becomes one plan (EXIT=1: stop by itself)
	@node tools/demo.ts $(if $(EXIT),--exit)

test: install ## all checks and tests, with servers of their own on free ports
	@node tools/test.ts

test-alerts: ## alert rules and their tests, by promtool (Debian's package prometheus; some seconds)
	@command -v promtool >/dev/null || { echo "promtool is needed: apt-get install prometheus" >&2; exit 1; }
	@cd deploy/prometheus && promtool check config prometheus.yml && promtool test rules alerts.test.yml

test-clients: install ## OpenStack's own command lines and Tempest plugin against a whole Vigil (Debian 12; some minutes)
	@vitest run --config test/clients/vitest.config.ts

test-openstack: install ## alarms of a real Aodh through a real Keystone (Debian 12; installs packages as root)
	@vitest run --config test/openstack/vitest.config.ts

test-cluster: install ## several hosts for real: network namespaces, a NATS cluster, HAProxy (root; some ten minutes; ONLY=join)
	@vitest run --config test/cluster/vitest.config.ts $(ONLY)

test-release: install ## builds a release twice, compares, installs and removes it (root: the Debian package too; some ten minutes)
	@test/release/overlay.sh vitest run --config test/release/vitest.config.ts

release: install ## dist/: tarballs, Debian packages, SBOMs and checksums of the commit (ARCH=x64: only that one)
	@node tools/release.ts $(if $(ARCH),--arch $(ARCH))

test-deploy: install ## deploy/ and the pages on it, on machines under systemd in namespaces (Debian 12, root; ten minutes; ONLY=nats DEB=file)
	@VIGIL_DEB=$(DEB) vitest run --config test/deploy/vitest.config.ts $(ONLY)

record: install ## keep what this release says and writes in test/releases/VERSION (needs TEST_DATABASE_URL and its pg_dump)
	@node tools/release/record.ts

chaos: install ## kill, pause, restart and cut off real processes under load, then count (SECONDS=60 SEED=n RATE=40 KEEP=1)
	@node test/chaos/main.ts $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) $(if $(RATE),--rate $(RATE)) $(if $(KEEP),--keep)

soak: install ## the simulation of the whole path under many seeds (SEEDS=1000000, FROM=1)
	@node tools/soak.ts --seeds $(or $(SEEDS),1000000) --from $(or $(FROM),1)

check: install ## types, lint, unused code, proto, directions of imports
	@node tools/check.ts

proto: install ## make packages/proto/src/gen from proto/ again
	@node tools/proto-types.ts

docs: install ## make again what the manual takes from the code: strategies, settings, programs that guides show
	@node tools/strategy-pages.ts && node tools/manual-pages.ts

bench: install ## measure the numbers of docs/performance.md (ONLY=name: one of them; WRITE=1: keep the table of all there)
	@node bench/main.ts $(ONLY) $(if $(WRITE),--write)

bench-engine: install ## strategies alone, at three sizes (ONLY=basic,... SIZES=200/4000,... WRITE=1)
	@node bench/engine/main.ts $(if $(ONLY),--only="$(ONLY)") $(if $(SIZES),--sizes="$(SIZES)") $(if $(WRITE),--write)

bench-cluster: install ## plans/s of 1, 2 and 4 workers, of state processes, costs per event (root; on a quiet machine; AUDITS=40: a short look; WRITE=1)
	@node bench/cluster/main.ts $(if $(AUDITS),--audits $(AUDITS)) $(if $(WRITE),--write)

memory: install ## memory of each process over 200,000 events, minutes to half an hour (EVENTS=n; WRITE=1: keep the table)
	@node bench/memory.ts $(if $(EVENTS),--events=$(EVENTS)) $(if $(WRITE),--write)

clean: ## remove everything that was installed or made
	rm -rf node_modules packages/*/node_modules .cache coverage dist
