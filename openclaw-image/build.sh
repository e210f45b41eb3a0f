#!/usr/bin/env bash
# Makes sure that there is a base to build the bot image on, then builds the image with `scripts/botmaker image`.
# The base is the official node image, or where no registry can be reached a Debian made with debootstrap (as root), once.
#
#   openclaw-image/build.sh         builds the image, unless it is there and current
#   openclaw-image/build.sh fresh   builds it again, with Debian's updates since then
#
# BASE_IMAGE      builds on this image instead, and makes no base; name it by digest (image@sha256:...) to pin it
# DEBIAN_MIRROR   where debootstrap finds Debian; by default where it always looks
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")"

readonly OWN_BASE=botmaker-debian:bookworm
readonly PULL_TIMEOUT=300   # seconds

die() { echo "openclaw-image: $*" >&2; exit 1; }

say() { echo "openclaw-image: $*"; }

official_base() { sed -n 's/^ARG BASE_IMAGE=//p' Dockerfile; }

make_own_base() {
    say "no image registry can be reached: making a Debian base with debootstrap"
    [[ $(id -u) == 0 ]] || die "debootstrap needs root: run this script once as root, or set BASE_IMAGE"
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
}

is_current() { [[ ${1:-build} == build ]] && ../scripts/botmaker image current; }

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

command -v docker >/dev/null || die "the docker command is missing: apt-get install docker.io"
docker version --format '{{.Server.Version}}' >/dev/null || die "the Docker Engine does not answer"
case "${1:-build}" in
    build | fresh) ;;
    *) die "unknown command '$1': build or fresh" ;;
esac
if [[ -z ${BASE_IMAGE:-} ]] && ! has_image "$OWN_BASE" && ! has_image "$(official_base)" && ! is_current "$@" &&
    ! timeout "$PULL_TIMEOUT" docker pull "$(official_base)"; then
    work=$(mktemp -d)
    trap 'rm -rf --one-file-system "$work"' EXIT
    make_own_base
fi
cd ..
scripts/botmaker image "${1:-build}"
