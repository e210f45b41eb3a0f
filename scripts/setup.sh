#!/usr/bin/env bash
# Prints what is missing on this host, then installs Debian packages, starts the Docker Engine and builds the bot image.
#
#   scripts/setup.sh run | test | bench    what that needs
#
# INSTALL=no   only prints what is missing, and fails if anything is
source "$(dirname "$0")/../build.sh"
source scripts/testtools.sh

engine_answers() { has docker && docker version >/dev/null 2>&1; }

# Collects what is missing: Debian packages by name, and steps as "function:purpose".
plan() {
    find_jdk
    packages=() steps=()
    if [[ -z $jdk ]]; then packages+=(openjdk-25-jdk-headless); fi
    if ! fetched "$LIB" <<<"$SQLITE" || [[ $1 != run ]] && ! test_jars "$1" fetched; then need mvn maven; fi
    if ! engine_answers; then
        if ! has docker || ! has dockerd; then packages+=(docker.io apparmor); fi
        steps+=("start_engine:start the Docker Engine")
    fi
    if [[ ! -s /etc/ssl/certs/ca-certificates.crt ]]; then packages+=(ca-certificates); fi
    if ! engine_answers || ! image_is_current; then
        if ! engine_answers || ! docker image inspect "$(bot_image)" >/dev/null 2>&1; then need debootstrap debootstrap; fi
        steps+=("openclaw-image/build.sh:build the bot image $(bot_image), unless this host has a current one (1 GB, takes some minutes)")
    fi
    case $1 in
        run) ;;
        test) plan_test ;;
        bench) plan_bench ;;
        *) die "unknown purpose '$1': run, test or bench" ;;
    esac
}

# Only a jar that is up to date can tell. Without one, build.sh finds out.
image_is_current() {
    [[ -n $jdk ]] && fetched "$LIB" <<<"$SQLITE" && jar_is_current && scripts/botmaker image current
}

# Adds packages unless a command is there.
need() { if ! has "$1"; then packages+=("${@:2}"); fi; }

plan_test() {
    need chromium chromium fonts-liberation
    need node nodejs
    need npm npm
    need strace strace
    if ! has cc || [[ ! -e /usr/include/stdlib.h ]]; then packages+=(gcc libc6-dev); fi
    need openssl openssl
    need ip iproute2
    need slowhttptest slowhttptest
    need faketime faketime
    need systemd-analyze systemd
    need_busybox
    if [[ ! test/browser/node_modules/.package-lock.json -nt test/browser/package-lock.json ]]; then
        steps+=("install_browser_tests:fetch playwright-core and axe-core into test/browser/node_modules")
    fi
}

plan_bench() {
    need wrk wrk
    need curl curl
    need ip iproute2
    need_busybox
}

need_busybox() { if [[ ! -x /bin/busybox ]]; then packages+=(busybox-static); fi; }

need_root() { [[ $(id -u) == 0 ]] || die "root has to do this first: $*"; }

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

# The package may have started the engine already, and some hosts have no service manager.
start_engine() {
    local waited
    if engine_answers; then return; fi
    if [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then
        die "$(id -un) may not use the Docker Engine's socket: as root, usermod -aG docker $(id -un), and sign in again"
    fi
    need_root "start the Docker Engine"
    if [[ -d /run/systemd/system ]]; then
        systemctl enable --now docker
    else
        mkdir -p build
        (setsid nohup dockerd >build/dockerd.log 2>&1 </dev/null &) # outlives this script
    fi
    for ((waited = 0; waited < 60; waited++)); do
        if engine_answers; then return; fi
        sleep 1
    done
    if [[ -f build/dockerd.log ]]; then tail -n 20 build/dockerd.log >&2; fi
    die "the Docker Engine does not answer after 60 s"
}

install_browser_tests() { npm ci --prefix test/browser --ignore-scripts --no-audit --no-fund; }

plan "${1:-run}"
if ((${#packages[@]} + ${#steps[@]} == 0)); then
    if [[ ${INSTALL:-yes} == no ]]; then say "nothing is missing"; fi
    exit
fi
say "missing; these steps are needed:"
if ((${#packages[@]})); then echo "    install Debian packages: ${packages[*]}"; fi
for step in "${steps[@]}"; do echo "    ${step#*:}"; done
[[ ${INSTALL:-yes} != no ]] || die "nothing was installed (INSTALL=no)"
if ((${#packages[@]})); then install_packages; fi
for step in "${steps[@]}"; do
    say "${step#*:}"
    "${step%%:*}"
done
