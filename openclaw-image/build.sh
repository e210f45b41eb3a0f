#!/usr/bin/env bash
# Builds the image that every bot runs, openclaw:<version>; the version is the one in app/package.json.
#
#   openclaw-image/build.sh           builds it, unless this very image is there already
#   openclaw-image/build.sh fresh     builds it again, with Debian's updates since then
#   openclaw-image/build.sh current   builds nothing; succeeds when the image is there and current
#   openclaw-image/build.sh tag       prints the image's name
#
# BASE_IMAGE      what to build on, by digest (image@sha256:...) where it must not change; by default the official node image where its registry can be reached, and
#                 otherwise a Debian that this script makes with debootstrap (as root)
# DEBIAN_MIRROR   where debootstrap finds Debian; by default where it always looks
# extra-ca/       certificates that the bots shall trust too
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")"

readonly OFFICIAL_BASE=node:24-bookworm-slim
readonly OWN_BASE=botmaker-debian:bookworm
readonly PULL_TIMEOUT=300   # seconds

die() { echo "openclaw-image: $*" >&2; exit 1; }

say() { echo "openclaw-image: $*"; }

version() {
    sed -n 's/^ *"openclaw": "\([0-9][^"]*\)".*/\1/p' app/package.json
}

tag() { echo "openclaw:$(version)"; }

# One hash of everything that decides what is in the image.
inputs() {
    local files=(Dockerfile app/.npmrc app/* node/*) certificate
    for certificate in extra-ca/*.crt; do
        if [[ -e $certificate ]]; then files+=("$certificate"); fi
    done
    { sha256sum "${files[@]}"; echo "base ${BASE_IMAGE:-}"; } | sha256sum | cut -d ' ' -f 1
}

current() {
    [[ $(docker image inspect --format '{{index .Config.Labels "openclaw.image.inputs"}}' "$(tag)" 2>/dev/null) == "$(inputs)" ]]
}

# The certificates that this host trusts: it may sit behind a proxy that inspects TLS.
host_ca() {
    local bundle
    for bundle in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
        if [[ -s $bundle ]]; then
            echo "$bundle"
            return
        fi
    done
    die "this host has no certificate bundle; install the package ca-certificates"
}

make_own_base() {
    if docker image inspect "$OWN_BASE" >/dev/null 2>&1; then return; fi
    say "no image registry in reach: making a Debian base with debootstrap"
    [[ $(id -u) == 0 ]] || die "debootstrap needs root: run this script once as root, or give BASE_IMAGE"
    command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"
    local root="$work/root" mirror
    debootstrap --variant=minbase bookworm "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
    mirror=$(awk '$1 == "deb" { print $2; exit }' "$root/etc/apt/sources.list")
    cat >"$root/etc/apt/sources.list" <<END
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb ${mirror%/}-security bookworm-security main
END
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    tar --numeric-owner -C "$root" -c . | docker import --message "debootstrap --variant=minbase bookworm" - "$OWN_BASE"
    rm -rf "$root"
}

choose_base() {
    if [[ -n ${BASE_IMAGE:-} ]]; then
        base=$BASE_IMAGE
    elif timeout "$PULL_TIMEOUT" docker pull "$OFFICIAL_BASE"; then
        base=$OFFICIAL_BASE
    else
        make_own_base
        base=$OWN_BASE
    fi
}

build() {
    local started=$SECONDS context="$work/context" arguments=() name
    mkdir -p "$context"
    cp -R Dockerfile app node extra-ca "$context"
    cp "$(host_ca)" "$context/host-ca.crt"
    choose_base
    arguments+=(--build-arg "BASE_IMAGE=$base" --build-arg "OPENCLAW_VERSION=$(version)" --build-arg "INPUTS=$(inputs)")
    for name in http_proxy https_proxy no_proxy; do
        if [[ -n ${!name:-} ]]; then arguments+=(--build-arg "$name"); fi
    done
    if [[ $1 == fresh ]]; then arguments+=(--no-cache); fi
    say "building $(tag) on $base; this takes some minutes"
    docker build "${arguments[@]}" --tag "$(tag)" "$context"
    docker image prune --force --filter label=openclaw.image.stage=build >/dev/null
    say "built $(tag) in $((SECONDS - started)) s"
}

case "${1:-build}" in
    tag) tag ;;
    current) current ;;
    build | fresh)
        command -v docker >/dev/null || die "the docker command is missing: apt-get install docker.io"
        docker version --format '{{.Server.Version}}' >/dev/null || die "no Docker Engine answers"
        if [[ ${1:-build} == build ]] && current; then
            say "$(tag) is there and current"
            exit
        fi
        work=$(mktemp -d)
        trap 'rm -rf --one-file-system "$work"' EXIT
        build "${1:-build}"
        ;;
    *) die "unknown command '$1': build, fresh, current or tag" ;;
esac
