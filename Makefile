# Short names for the scripts, which say more at their tops.
.PHONY: help run test soak bench bench-quick bench-scale check reproducible conformance fuzz mutation build image clean

help:
	@echo 'make run     sets up what is missing, builds, and serves the dashboard'
	@echo 'make test    sets up what is missing, builds, and runs all tests; ONLY=botmaker.json for some'
	@echo 'make soak    runs the slow tests; MINUTES=20 each'
	@echo 'make bench   measures BotMaker against its limits in twelve minutes; make bench-quick: in four; make bench-scale: with 500 bots'
	@echo 'make check   runs Error Prone, NullAway, SpotBugs and Find Security Bugs; a part of make test'
	@echo 'make reproducible, make conformance SUITE=folder, make fuzz MINUTES=10, make mutation: see scripts/test.sh'
	@echo 'make build   makes build/botmaker.jar'
	@echo 'make image   builds the image that the bots run'
	@echo 'make clean   removes build/'
	@echo 'INSTALL=no make run, INSTALL=no make test: only print what is missing'

run:
	@scripts/setup.sh run
	@if [ "$$INSTALL" != no ]; then exec scripts/botmaker serve; fi

test:
	@scripts/test.sh test $(ONLY)

soak fuzz:
	@scripts/test.sh $@ $(MINUTES)

bench:
	@scripts/test.sh bench full $(ONLY)

bench-quick:
	@scripts/test.sh bench quick $(ONLY)

bench-scale:
	@scripts/test.sh bench full scale

check reproducible mutation:
	@scripts/test.sh $@ $(ONLY)

conformance:
	@scripts/test.sh conformance '$(SUITE)'

build:
	@./build.sh

image:
	@openclaw-image/build.sh

clean:
	rm -rf build
