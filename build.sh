#!/usr/bin/env bash
# Builds build/botmaker.jar from src and web. Needs a JDK 25 and, the first time, Maven; needs no engine and no root.
#
#   ./build.sh               builds the jar, its bill of materials and SHA256SUMS
#   ./build.sh COMMAND ...   any other command: see scripts/test.sh (test, soak, bench, check, ...)
#
# The scripts in scripts/ source this file for its functions.
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly VERSION=0.1.0
readonly JAVA=25
readonly JDK_HINT="install openjdk-25-jdk-headless where your Debian has it, a vendor's package (temurin-25-jdk of Adoptium, \
zulu25-jdk of Azul, ...), or unpack a JDK below /opt; or set JAVA_HOME"
readonly LIB=build/lib

# SHA-256 and Maven coordinates. The tools of the static checks have lists of their own in test/checks.
readonly SQLITE="f8dce420a6016278497f4f0560f65602b9db858de141b541cf91a4644ebe4639 org.xerial:sqlite-jdbc:3.54.1.0"
readonly SQLITE_JAR=$LIB/sqlite-jdbc-3.54.1.0.jar

die() { echo "${0##*/}: $*" >&2; exit 1; }

say() { echo "==> $*"; }

has() { command -v "$1" >/dev/null; }

# Prints the name of the image that bots run.
bot_image() { sed -n 's/^ *"openclaw": "\([0-9][^"]*\)".*/openclaw:\1/p' openclaw-image/app/package.json; }

# Prints the major version of the JDK in a directory, or nothing if it holds none.
jdk_version() {
    if [[ -x $1/bin/javac && -r $1/release ]]; then
        sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
    fi
}

# Sets jdk to the first directory that holds a JDK 25, or to nothing.
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

# Turns a list on standard input into what sha256sum checks in a directory.
checksums() { sed -E "s|^([0-9a-f]{64}) [^:]+:([^:]+):([^:]+)\$|\1  $1/\2-\3.jar|"; }

# Succeeds if every jar of a list is in a directory, byte for byte.
fetched() { checksums "$1" | sha256sum --check --strict --status 2>/dev/null; }

# Fetches the jars of a list on standard input into a directory, unless they are there, and refuses any other bytes.
fetch() {
    local list coordinates
    list=$(cat)
    if fetched "$1" <<<"$list"; then return; fi
    has mvn || die "Maven is missing (it fetches $list): apt-get install maven"
    rm -rf build/fetched
    mkdir -p build/fetched "$1"
    coordinates=$(sed -E 's|^.* (.*):(.*):(.*)$|<artifactItem><groupId>\1</groupId><artifactId>\2</artifactId>\
        <version>\3</version></artifactItem>|' <<<"$list")
    cat >build/fetched/pom.xml <<END
<project><modelVersion>4.0.0</modelVersion><groupId>botmaker</groupId><artifactId>fetch</artifactId><version>1</version>
<packaging>pom</packaging><build><plugins><plugin><artifactId>maven-dependency-plugin</artifactId><configuration><artifactItems>
$coordinates
</artifactItems></configuration></plugin></plugins></build></project>
END
    say "fetching $(sed 's/.* //' <<<"$list" | paste -sd ' ')"
    # Maven runs on any Java, and Debian's own trusts the certificates that the host trusts.
    (if ! has java; then export JAVA_HOME=$jdk; fi
        mvn --batch-mode --quiet -Dstyle.color=never --file build/fetched/pom.xml dependency:copy -DoutputDirectory="$PWD/build/fetched")
    rm build/fetched/pom.xml
    checksums build/fetched <<<"$list" | sha256sum --check --strict --quiet ||
        die "refused the fetched jars: their SHA-256 differs from the pinned one"
    mv build/fetched/*.jar "$1"
}

# Compiles with warnings as errors. A compiler that runs for seconds is twice as fast without the JVM's second compiler.
java_compiler() {
    "$jdk/bin/javac" -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -Xlint:all,-options -Werror -proc:none -encoding UTF-8 "$@"
}

# The launcher is compiled for Java 8, so that an older Java prints which version is needed instead of a stack trace.
compile() {
    local launcher=src/botmaker/cli/Launcher.java
    rm -rf build/classes
    mkdir -p build/classes
    find src -name '*.java' ! -path "$launcher" | sort >build/sources
    java_compiler --release "$JAVA" -cp "$SQLITE_JAR" -d build/classes @build/sources
    java_compiler --release 8 -d build/classes "$launcher"
}

# Unpacks sqlite-jdbc without the libraries of other systems and the files of GraalVM.
unpack_sqlite() {
    rm -rf build/sqlite
    mkdir -p build/sqlite
    (cd build/sqlite && "$jdk/bin/jar" --extract --file "../../$SQLITE_JAR")
    rm -r build/sqlite/META-INF/{MANIFEST.MF,native-image,versions}
    find build/sqlite/org/sqlite/native -type f ! -path '*/Linux/x86_64/*' ! -path '*/Linux/aarch64/*' \
        ! -path '*/Linux-Musl/x86_64/*' ! -path '*/Linux-Musl/aarch64/*' -delete
}

# Prints the software bill of materials (CycloneDX 1.6). The one in the jar has no SHA-256 of the jar; the one beside it has,
# as the argument. The serial number is a hash of the content (UUID version 8, RFC 9562 §5.8): no date, no random number.
sbom() {
    local text digest hashes= sqlite_jdbc=${SQLITE##*:}
    if (($#)); then hashes="{\"alg\": \"SHA-256\", \"content\": \"$1\"}"; fi
    text=$(sed "s|@VERSION@|$VERSION|; s|@HASHES@|$hashes|; s|@SQLITE_SHA256@|${SQLITE%% *}|
        s|@SQLITE_JDBC@|$sqlite_jdbc|; s|@SQLITE@|${sqlite_jdbc%.*}|" src/META-INF/sbom/botmaker.cdx.json)
    digest=$(sha256sum <<<"$text")
    sed "s|@SERIAL@|urn:uuid:${digest:0:8}-${digest:8:4}-8${digest:12:3}-8${digest:15:3}-${digest:18:12}|" <<<"$text"
}

# Makes the jar. The same sources and the same JDK give the same bytes: entries are sorted and have one date.
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

# Succeeds if nothing that goes into the jar changed after it was made. Goes by ctime: checkouts may set older mtimes.
jar_is_current() {
    [[ -f build/botmaker.jar && -z $(find build.sh src web -newercm build/botmaker.jar -print -quit) ]]
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    case "${1:-build}" in
        build) build_jar ;;
        *) exec scripts/test.sh "$@" ;;
    esac
fi
