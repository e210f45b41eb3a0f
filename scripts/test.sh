#!/usr/bin/env bash
# Tests and measures BotMaker; the Makefile has short names.
#
#   scripts/test.sh test [CLASS | CLASS#METHOD | PACKAGE ...]
#                            sets up what is missing, builds, and runs all tests or those named
#   scripts/test.sh soak [MINUTES]
#                            the slow tests, 20 minutes each by default
#   scripts/test.sh check    static checks; needs no engine and no root, like the next two
#   scripts/test.sh reproducible
#                            two builds, which must give the same bytes
#   scripts/test.sh conformance FOLDER
#                            the JSON codec against the cases of JSONTestSuite in a folder
#   scripts/test.sh bench [full | quick] [PART ...]
#                            measures the jar against its limits, in twelve minutes; `bench full load` and `bench full scale`
#                            take longer. Nothing else should run on the machine
#   scripts/test.sh fuzz [MINUTES] | mutation [CLASS ...]
#                            searches for faults of the code and for gaps of the tests: scripts/search.sh
#
# INSTALL=no   only prints what is missing, and fails if anything is
source "$(dirname "$0")/../build.sh"
source scripts/testtools.sh

set_up() {
    scripts/setup.sh "$1"
    if [[ ${INSTALL:-yes} == no ]]; then exit; fi
}

compile_tests() {
    build_jar
    test_jars "$1" fetch
    rm -rf build/tests
    mkdir -p build/tests
    find test -name '*.java' ! -path '*/node_modules/*' | sort >build/test-sources
    java_compiler --release "$JAVA" -cp "build/botmaker.jar:$JUNIT_JAR" -d build/tests @build/test-sources
    find test -type f ! -name '*.java' ! -path 'test/browser/*' -printf '%P\n' | while read -r resource; do
        install -D -m 0644 "test/$resource" "build/tests/$resource"
    done
}

# Runs a class of the tests against the jar that ships.
java() {
    exec "$jdk/bin/java" --enable-native-access=ALL-UNNAMED -cp "build/tests:build/botmaker.jar:$JUNIT_JAR" "$@"
}

command=${1:-test}
shift || true
case $command in
    test)
        set_up test
        compile_tests test
        java botmaker.RunTests "$@"
        ;;
    soak)
        set_up test
        compile_tests test
        java -Dtags=soak -Dsoak.minutes="${1:-20}" botmaker.RunTests
        ;;
    bench)
        set_up bench
        compile_tests bench
        java botmaker.bench.Bench "${@:-full}"
        ;;
    check)
        compile_tests test
        java botmaker.RunTests botmaker.supply.StaticChecksTest
        ;;
    reproducible)
        compile_tests build
        java botmaker.RunTests botmaker.supply.ReproducibleBuildTest
        ;;
    conformance)
        [[ -d ${1:-}/test_parsing ]] || die "conformance needs the folder of JSONTestSuite, the one that holds test_parsing"
        compile_tests build
        java -Dtags=conformance -Dsuite="$1" botmaker.RunTests botmaker.json.Conformance
        ;;
    fuzz | mutation)
        source scripts/search.sh
        "$command" "$@"
        ;;
    *) die "unknown command '$command'; the commands are listed at the top of scripts/test.sh" ;;
esac
