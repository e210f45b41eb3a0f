# Short names for ./build.sh, which says more.
.PHONY: help run test build image clean

help:
	@echo 'make run     set up what is missing, build, and serve the dashboard'
	@echo 'make test    set up what is missing, build, and run all tests; ONLY=botmaker.json for some'
	@echo 'make build   build/botmaker.jar'
	@echo 'make image   the image that the bots run'
	@echo 'make clean   remove build/'
	@echo 'INSTALL=no make run, INSTALL=no make test: only say what is missing'

run:
	@./build.sh run

test:
	@./build.sh test $(ONLY)

build:
	@./build.sh

image:
	@openclaw-image/build.sh

clean:
	rm -rf build
