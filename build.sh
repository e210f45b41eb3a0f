#!/usr/bin/env bash
# Builds, tests and runs BotMaker; `make help` lists the short names.
#
#   ./build.sh               makes build/botmaker.jar; needs a JDK 25 and, the first time, Maven
#   ./build.sh run           sets up what is missing, builds, and serves
#   ./build.sh doctor | hash-password | audit verify | backup | restore | --version | --help
#                            that command of the built jar, on the JDK that this script finds
#   ./build.sh test [CLASS or PACKAGE ...]
#                            sets up what is missing, builds, and runs the tests
#   ./build.sh soak [MINUTES]
#                            the same with the slow tests, 20 minutes each unless told otherwise
#   ./build.sh check | reproducible | conformance FOLDER
#                            static checks; two builds that must be equal; the JSON codec against the cases of JSONTestSuite in
#                            that folder: these need no engine and no root
#   ./build.sh bench [full | quick] [PART ...]
#                            sets up what is missing, builds, and measures the jar against its limits, in eight minutes;
#                            `bench full load` and `bench full scale` take longer; alone on the machine, or it means little
#   ./build.sh fuzz [MINUTES] | mutation [CLASS ...]
#                            searches for faults of the code and for gaps of the tests: test/checks/search.sh
#
# INSTALL=no   install, build and start nothing: only say what is missing, and fail when something is
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")"

readonly VERSION=0.1.0
readonly JAVA=25
readonly JDK_HINT="install Debian's openjdk-25-jdk-headless where your Debian has it, a vendor's package (temurin-25-jdk of \
Adoptium, zulu25-jdk of Azul, ...), or unpack one below /opt; or set JAVA_HOME"
readonly LIB=build/lib

# SHA-256 and Maven coordinates; the tools of the checks have such lists of their own in test/checks
readonly SQLITE="f8dce420a6016278497f4f0560f65602b9db858de141b541cf91a4644ebe4639 org.xerial:sqlite-jdbc:3.54.1.0"
readonly JUNIT="e62b96ac475dbcde8599ea905d088f65d90778f86e259b856a49fa5c4ea256ec \
org.junit.platform:junit-platform-console-standalone:6.1.3"
readonly SQLITE_JAR=$LIB/sqlite-jdbc-3.54.1.0.jar
readonly JUNIT_JAR=$LIB/junit-platform-console-standalone-6.1.3.jar
readonly TEST_TOOLS=(errorprone spotbugs)

die() { echo "build.sh: $*" >&2; exit 1; }

say() { echo "==> $*"; }

has() { command -v "$1" >/dev/null; }

# ---- JDK ----

# The major version of the JDK in a directory; nothing where there is none.
jdk_version() {
    if [[ -x $1/bin/javac && -r $1/release ]]; then
        sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
    fi
}

# Sets jdk to the first directory that holds a JDK 25; leaves it empty where none does.
find_jdk() {
    local home candidates=("${JAVA_HOME:-}" /usr/lib/jvm/* /opt/* /opt/*/* /usr/local/* /usr/java/*
        "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.local/share/mise/installs/java/*)
    if has javac; then
        home=$(readlink -f "$(command -v javac)")
        candidates+=("${home%/bin/javac}")
    fi
    jdk=
    for home in "${candidates[@]}"; do
        if [[ $(jdk_version "$home") == "$JAVA" ]]; then
            jdk=$home
            return
        fi
    done
}

need_jdk() {
    find_jdk
    [[ -n $jdk ]] || die "found no JDK $JAVA: $JDK_HINT"
}

# ---- dependencies ----

# A list on standard input, as sha256sum checks it in a directory.
checksums() { sed -E "s|^([0-9a-f]{64}) [^:]+:([^:]+):([^:]+)\$|\1  $1/\2-\3.jar|"; }

# Whether every jar of a list is in a directory, byte for byte.
fetched() { checksums "$1" | sha256sum --check --strict --status 2>/dev/null; }

# Fetches the jars of a list into a directory unless they are there, and refuses them when they are not what was pinned.
fetch() {
    local list coordinates
    list=$(cat)
    if fetched "$1" <<<"$list"; then return; fi
    has mvn || die "Maven is missing (it fetches $list): apt-get install maven"
    rm -rf build/fetched
    mkdir -p build/fetched "$1"
    {
        echo '<project><modelVersion>4.0.0</modelVersion><groupId>botmaker</groupId><artifactId>fetch</artifactId>'
        echo '<version>1</version><packaging>pom</packaging><build><plugins><plugin>'
        echo '<artifactId>maven-dependency-plugin</artifactId><configuration><artifactItems>'
        sed -E 's|^.* (.*):(.*):(.*)$|<artifactItem><groupId>\1</groupId><artifactId>\2</artifactId>\
            <version>\3</version></artifactItem>|' <<<"$list"
        echo '</artifactItems></configuration></plugin></plugins></build></project>'
    } >build/fetched/pom.xml
    say "fetching $(sed 's/.* //' <<<"$list" | paste -sd ' ')"
    # Any Java does for Maven, and Debian's own trusts what the host trusts.
    (if ! has java; then export JAVA_HOME=$jdk; fi
        mvn --batch-mode --quiet -Dstyle.color=never --file build/fetched/pom.xml dependency:copy -DoutputDirectory="$PWD/build/fetched")
    rm build/fetched/pom.xml
    checksums build/fetched <<<"$list" | sha256sum --check --strict --quiet ||
        die "refused what was fetched: its SHA-256 is not what is pinned"
    mv build/fetched/*.jar "$1"
}

# ---- jar ----

# The software bill of materials (CycloneDX 1.6): what is in the jar and where it came from.
#
# The one in the jar cannot hold the jar's own SHA-256; the one beside it does, and is made with it as its argument. The serial
# number is made of the content (a version 8 UUID, RFC 9562 §5.8), and there is no date: the same sources give the same bytes.
sbom() {
    local text digest sqlite_jdbc=${SQLITE##*:}
    local sqlite=${sqlite_jdbc%.*}
    text=$(cat <<END
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "component": {
      "type": "application", "bom-ref": "botmaker", "name": "botmaker", "version": "$VERSION",
      "hashes": [${1:+"{\"alg\": \"SHA-256\", \"content\": \"$1\"}"}],
      "licenses": [{"license": {"name": "not stated"}}],
      "purl": "pkg:generic/botmaker@$VERSION"
    }
  },
  "components": [
    {
      "type": "library", "bom-ref": "sqlite-jdbc", "group": "org.xerial", "name": "sqlite-jdbc", "version": "$sqlite_jdbc",
      "hashes": [{"alg": "SHA-256", "content": "${SQLITE%% *}"}],
      "licenses": [{"expression": "Apache-2.0 AND BSD-2-Clause"}],
      "purl": "pkg:maven/org.xerial/sqlite-jdbc@$sqlite_jdbc?type=jar",
      "pedigree": {"notes": "Unpacked into the jar; only the native libraries of Linux on x86_64 and aarch64 are kept."},
      "components": [
        {
          "type": "library", "bom-ref": "sqlite", "name": "sqlite", "version": "$sqlite",
          "licenses": [{"license": {"id": "blessing"}}],
          "cpe": "cpe:2.3:a:sqlite:sqlite:$sqlite:*:*:*:*:*:*:*",
          "purl": "pkg:generic/sqlite@$sqlite"
        }
      ]
    }
  ],
  "dependencies": [
    {"ref": "botmaker", "dependsOn": ["sqlite-jdbc"]},
    {"ref": "sqlite-jdbc", "dependsOn": ["sqlite"]},
    {"ref": "sqlite"}
  ]
END
    )
    digest=$(sha256sum <<<"$text")
    printf '{\n  "serialNumber": "urn:uuid:%s-%s-8%s-8%s-%s",\n%s\n}\n' \
        "${digest:0:8}" "${digest:8:4}" "${digest:12:3}" "${digest:15:3}" "${digest:18:12}" "$text"
}

compile() {
    rm -rf build/classes
    mkdir -p build/classes
    find src -name '*.java' ! -path src/botmaker/cli/Launcher.java | sort >build/sources
    "$jdk/bin/javac" --release "$JAVA" -Xlint:all -Werror -proc:none -encoding UTF-8 \
        -cp "$SQLITE_JAR" -d build/classes @build/sources
    "$jdk/bin/javac" --release 8 -Xlint:all,-options -Werror -proc:none -encoding UTF-8 \
        -d build/classes src/botmaker/cli/Launcher.java
}

# sqlite-jdbc without what no Linux server needs: other systems' libraries, and what GraalVM reads.
unpack_sqlite() {
    rm -rf build/sqlite
    mkdir -p build/sqlite
    (cd build/sqlite && "$jdk/bin/jar" --extract --file "../../$SQLITE_JAR")
    rm -r build/sqlite/META-INF/{MANIFEST.MF,native-image,versions}
    find build/sqlite/org/sqlite/native -type f ! -path '*/Linux/x86_64/*' ! -path '*/Linux/aarch64/*' \
        ! -path '*/Linux-Musl/x86_64/*' ! -path '*/Linux-Musl/aarch64/*' -delete
}

# The same sources and the same JDK give the same bytes: sorted entries, one date.
package() {
    local entry digest
    cat >build/manifest <<END
Main-Class: botmaker.cli.Launcher
Implementation-Title: BotMaker
Implementation-Version: $VERSION
Enable-Native-Access: ALL-UNNAMED
Created-By: build.sh
END
    rm -rf build/jar build/botmaker.jar
    mkdir -p build/jar
    cp -R build/classes/. build/sqlite/. build/jar
    cp -R web build/jar/web
    cp -R src/META-INF/. build/jar/META-INF
    mkdir -p build/jar/META-INF/sbom
    sbom >build/jar/META-INF/sbom/botmaker.cdx.json
    (cd build/jar && find . -type f -printf '%P\n' | sort) | while read -r entry; do
        printf -- '-C "build/jar" "%s"\n' "$entry"
    done >build/entries
    "$jdk/bin/jar" --create --file build/botmaker.jar --manifest build/manifest --date 2020-01-01T00:00:00Z @build/entries
    digest=$(sha256sum <build/botmaker.jar)
    sbom "${digest%% *}" >build/botmaker.cdx.json
    (cd build && sha256sum botmaker.jar botmaker.cdx.json >SHA256SUMS)
}

build_jar() {
    need_jdk
    fetch "$LIB" <<<"$SQLITE"
    compile
    unpack_sqlite
    package
    say "build/botmaker.jar, BotMaker $VERSION, $(stat -c %s build/botmaker.jar) bytes"
}

# ---- set-up ----

engine_answers() { has docker && docker version >/dev/null 2>&1; }

# Finds out what is missing: Debian packages by name, the rest as steps, each a function of this script and its purpose.
plan() {
    packages=() steps=()
    find_jdk
    if [[ -z $jdk ]]; then packages+=(openjdk-25-jdk-headless); fi
    if ! fetched "$LIB" <<<"$SQLITE" && ! has mvn; then packages+=(maven); fi
    if [[ ! -s /etc/ssl/certs/ca-certificates.crt ]]; then packages+=(ca-certificates); fi
    if ! engine_answers; then
        if ! has docker || ! has dockerd; then packages+=(docker.io apparmor); fi
        steps+=("start_engine:start the Docker Engine")
    fi
    if ! engine_answers || ! openclaw-image/build.sh current; then
        if ! has debootstrap; then packages+=(debootstrap); fi
        steps+=("openclaw-image/build.sh:build the bot image $(openclaw-image/build.sh tag) (1 GB, some minutes), unless it is there")
    fi
    if [[ $1 == for_test ]]; then plan_tests; fi
    if [[ $1 == for_bench ]]; then plan_bench; fi
}

# Does something with each list of jars that the tests need, and the directory for them.
test_jars() {
    local tool
    "$1" "$LIB" <<<"$JUNIT" || return
    for tool in "${TEST_TOOLS[@]}"; do "$1" "$LIB/$tool" <"test/checks/$tool.jars" || return; done
}

plan_tests() {
    if ! test_jars fetched && ! has mvn && [[ ! " ${packages[*]} " == *' maven '* ]]; then packages+=(maven); fi
    if ! has chromium; then packages+=(chromium fonts-liberation); fi
    if ! has node; then packages+=(nodejs); fi
    if ! has npm; then packages+=(npm); fi
    if ! has strace; then packages+=(strace); fi
    if ! has cc || [[ ! -e /usr/include/stdlib.h ]]; then packages+=(gcc libc6-dev); fi
    if ! has openssl; then packages+=(openssl); fi
    if ! has ip; then packages+=(iproute2); fi
    if ! has slowhttptest; then packages+=(slowhttptest); fi
    if ! has faketime; then packages+=(faketime); fi
    if ! has systemd-analyze; then packages+=(systemd); fi
    if [[ ! -x /bin/busybox ]]; then packages+=(busybox-static); fi
    if [[ ! test/browser/node_modules/.package-lock.json -nt test/browser/package-lock.json ]]; then
        steps+=("install_browser_tests:fetch playwright-core and axe-core into test/browser/node_modules")
    fi
}

plan_bench() {
    if ! fetched "$LIB" <<<"$JUNIT" && ! has mvn && [[ ! " ${packages[*]} " == *' maven '* ]]; then packages+=(maven); fi
    if ! has wrk; then packages+=(wrk); fi
    if ! has curl; then packages+=(curl); fi
    if ! has ip; then packages+=(iproute2); fi
    if [[ ! -x /bin/busybox ]]; then packages+=(busybox-static); fi
}

# Says what is missing, and then installs, starts and builds it.
set_up() {
    local step
    plan "$1"
    if ((${#packages[@]} + ${#steps[@]} == 0)); then
        if [[ ${INSTALL:-yes} == no ]]; then
            say "nothing is missing"
            exit
        fi
        return
    fi
    say "missing; this is what has to be done:"
    if ((${#packages[@]})); then echo "    install Debian packages: ${packages[*]}"; fi
    for step in "${steps[@]}"; do echo "    ${step#*:}"; done
    [[ ${INSTALL:-yes} != no ]] || die "nothing was installed (INSTALL=no)"
    if ((${#packages[@]})); then install_packages; fi
    for step in "${steps[@]}"; do
        say "${step#*:}"
        "${step%%:*}"
    done
}

need_root() {
    [[ $(id -u) == 0 ]] || die "root has to do this first: $*"
}

install_packages() {
    need_root "apt-get install ${packages[*]}"
    say "installing Debian packages: ${packages[*]}"
    apt-get update -q
    if [[ " ${packages[*]} " == *' openjdk-25-jdk-headless '* ]] && ! in_debian openjdk-25-jdk-headless; then
        die "this Debian has no JDK $JAVA: $JDK_HINT"
    fi
    # Debian 13 has the docker command in a package of its own.
    if [[ " ${packages[*]} " == *' docker.io '* ]] && in_debian docker-cli; then packages+=(docker-cli); fi
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
}

in_debian() { [[ $(apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[0-9]* ]]; }

# Installing the package may have started it already, and some machines have no service manager.
start_engine() {
    local waited
    if engine_answers; then return; fi
    if [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then
        die "the Docker Engine's socket is not open to $(id -un): as root, usermod -aG docker $(id -un), and sign in again"
    fi
    need_root "start the Docker Engine"
    if [[ -d /run/systemd/system ]]; then
        systemctl enable --now docker
    else
        mkdir -p build
        (setsid nohup dockerd >build/dockerd.log 2>&1 </dev/null &) # a child of nobody: this shell becomes Java
    fi
    for ((waited = 0; waited < 60; waited++)); do
        if engine_answers; then return; fi
        sleep 1
    done
    if [[ -f build/dockerd.log ]]; then tail -n 20 build/dockerd.log >&2; fi
    die "the Docker Engine does not start"
}

install_browser_tests() {
    npm ci --prefix test/browser --ignore-scripts --no-audit --no-fund
}

# ---- commands ----

# Whether nothing that goes into the jar has come since it was made, however old it says that it is.
jar_is_current() {
    [[ -f build/botmaker.jar && -z $(find build.sh src web -newercm build/botmaker.jar -print -quit) ]]
}

run() {
    set_up for_run
    if jar_is_current; then need_jdk; else build_jar; fi
    exec "$jdk/bin/java" -XX:+UseSerialGC -Xms24m -Xmx128m -Xmn12m -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 \
        -XX:-ShrinkHeapInSteps -XX:TrimNativeHeapInterval=2000 -XX:+ExitOnOutOfMemoryError \
        -jar build/botmaker.jar serve
}

compile_tests() {
    build_jar
    fetch "$LIB" <<<"$JUNIT"
    rm -rf build/tests
    mkdir -p build/tests
    find test -name '*.java' | sort >build/test-sources
    "$jdk/bin/javac" --release "$JAVA" -Xlint:all -Werror -proc:none -encoding UTF-8 \
        -cp "build/botmaker.jar:$JUNIT_JAR" -d build/tests @build/test-sources
    find test -type f ! -name '*.java' ! -path 'test/browser/*' -printf '%P\n' | while read -r resource; do
        install -D -m 0644 "test/$resource" "build/tests/$resource"
    done
}

# The tests run against the jar that ships.
run_tests() {
    exec "$jdk/bin/java" --enable-native-access=ALL-UNNAMED ${tags:+-Dtags="$tags"} ${option:+"$option"} \
        -cp "build/tests:build/botmaker.jar:$JUNIT_JAR" botmaker.RunTests "$@"
}

case "${1:-build}" in
    build) build_jar ;;
    run) run ;;
    test | soak)
        set_up for_test
        compile_tests
        test_jars fetch
        if [[ $1 == soak ]]; then
            tags=soak option=-Dsoak.minutes=${2:-20} run_tests
        fi
        shift
        run_tests "$@"
        ;;
    bench)
        set_up for_bench
        compile_tests
        shift
        exec "$jdk/bin/java" --enable-native-access=ALL-UNNAMED -cp "build/tests:build/botmaker.jar:$JUNIT_JAR" \
            botmaker.bench.Bench "${@:-full}"
        ;;
    check)
        compile_tests
        test_jars fetch
        run_tests botmaker.supply.StaticChecksTest
        ;;
    reproducible)
        compile_tests
        run_tests botmaker.supply.ReproducibleBuildTest
        ;;
    conformance)
        [[ -d ${2:-}/test_parsing ]] || die "conformance needs the folder of JSONTestSuite, the one with test_parsing in it"
        compile_tests
        tags=conformance option=-Dsuite=$2 run_tests botmaker.json.Conformance
        ;;
    fuzz | mutation)
        source test/checks/search.sh
        "$@"
        ;;
    doctor | hash-password | audit | backup | restore | --version | --help)
        need_jdk
        [[ -f build/botmaker.jar ]] || die "there is no build/botmaker.jar yet: ./build.sh"
        exec "$jdk/bin/java" -jar build/botmaker.jar "$@"
        ;;
    *) die "unknown command '$1'; the known ones are at the top of build.sh" ;;
esac
