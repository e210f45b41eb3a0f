# Short names for ./build.sh, which says more.
.PHONY: help run test soak bench bench-quick bench-scale check reproducible conformance fuzz mutation build image clean

help:
	@echo 'make run     set up what is missing, build, and serve the dashboard'
	@echo 'make test    set up what is missing, build, and run all tests; ONLY=botmaker.json for some'
	@echo 'make soak    the slow tests; MINUTES=20 each'
	@echo 'make bench   measures it against its limits, in eight minutes; make bench-quick: in two; make bench-scale: with 500 bots'
	@echo 'make check   Error Prone, NullAway, SpotBugs and Find Security Bugs; a part of make test'
	@echo 'make reproducible, make conformance SUITE=folder, make fuzz MINUTES=10, make mutation: see build.sh'
	@echo 'make build   build/botmaker.jar'
	@echo 'make image   the image that the bots run'
	@echo 'make clean   remove build/'
	@echo 'INSTALL=no make run, INSTALL=no make test: only say what is missing'

run:
	@./build.sh run

test:
	@./build.sh test $(ONLY)

soak fuzz:
	@./build.sh $@ $(MINUTES)

bench:
	@./build.sh bench full $(ONLY)

bench-quick:
	@./build.sh bench quick $(ONLY)

bench-scale:
	@./build.sh bench full scale

check reproducible mutation:
	@./build.sh $@ $(ONLY)

conformance:
	@./build.sh conformance '$(SUITE)'

build:
	@./build.sh

image:
	@openclaw-image/build.sh

clean:
	rm -rf build
