#!/usr/bin/env bash
# Install what `make run` (run), `make check` (dev) or `make test` (test) needs. Safe to repeat; asks nothing.
#
#   run   LibreOffice Writer without a GUI, its Python bridge, fonts; a venv with the pinned packages
#   dev   a venv with the pinned packages and the development tools
#   test  all of that, and Chromium, PostgreSQL, Redis, qpdf, pdfsig, and Java with Maven (for veraPDF)
set -euo pipefail
cd "$(dirname "$0")"
what=${1:?usage: setup.sh run|dev|test}

say() { printf '\033[1m%s\033[0m\n' "docgen: $*" >&2; }
fail() { printf '\033[1;31m%s\033[0m\n' "docgen: $*" >&2; exit 1; }

mapfile -t office_packages < <(grep -v '^#' deploy/debian-packages.txt)
test_packages=(poppler-utils postgresql qpdf redis-tools fonts-noto-color-emoji) # the last is a trap: it must not be printed with

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "please install these yourself, then run make again: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
        fail "these packages are missing; run: sudo apt-get install -y ${missing[*]}   and then make again"
    fi
    say "installing ${missing[*]} (a few minutes the first time)"
    local options=(-y -q -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" update >&2 ||
        fail "the package lists cannot be fetched; check the network, then run make again"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install --no-install-recommends "${missing[@]}" >&2 ||
        fail "the packages cannot be installed; the lines above say why. Then run make again"
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed; install python3 and run make again, or name one: PYTHON=/path/to/python make run"
}

make_venv() {
    local python
    python=$(find_python)
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
        say "making the virtual environment .venv with $("$python" --version)"
        rm -rf .venv
        "$python" -m venv .venv || fail "the virtual environment cannot be made; the lines above say why"
    fi
    say "installing the pinned Python packages"
    PIP_CONSTRAINT=$PWD/constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
        .venv/bin/python -m pip install --quiet --progress-bar on --use-pep517 -e "$1" >&2 ||
        fail "the Python packages cannot be installed; check the network, then run make again"
    # Made for Django; only the editor's script in it is served (web/pages/writing/editor.py), so Django stays away.
    PIP_CONSTRAINT=$PWD/constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
        .venv/bin/python -m pip install --quiet --no-deps django-prose-editor >&2 ||
        fail "the editor of rich text cannot be installed; check the network, then run make again"
}

install_chromium() {
    local name
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then return; fi
    done
    if [[ $(apt-cache policy chromium 2>/dev/null) == *"Candidate: "[0-9]* ]]; then
        install_packages chromium
    else # Ubuntu has Chromium only as a snap; Playwright brings its own build
        say "installing Chromium through Playwright"
        as_root "$PWD/.venv/bin/playwright" install-deps chromium >&2 &&
            .venv/bin/playwright install chromium >&2 ||
            fail "Chromium cannot be installed; install it, set DOCGEN_TEST_CHROMIUM to its path, then run make again"
    fi
}

install_java() {
    local packages=()
    command -v java >/dev/null && java -version >/dev/null 2>&1 || packages+=(default-jre-headless)
    command -v mvn >/dev/null || packages+=(maven)
    [ ${#packages[@]} -eq 0 ] || install_packages "${packages[@]}"
}

keep_postgresql_asleep() {
    # The tests start their own servers: installing the package must not start one on this machine.
    if [ -n "$(missing_packages postgresql)" ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common 2>/dev/null &&
            echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null || true
    fi
}

case $what in
run)
    install_packages "${office_packages[@]}"
    make_venv .
    ;;
dev)
    make_venv '.[dev]'
    ;;
test)
    keep_postgresql_asleep
    install_packages "${office_packages[@]}" "${test_packages[@]}"
    install_java
    make_venv '.[dev]'
    install_chromium
    touch .venv/.ready-dev
    ;;
*) fail "usage: setup.sh run|dev|test" ;;
esac
touch ".venv/.ready-$what"
[ "$what" = dev ] || touch .venv/.ready-run
say "ready"
