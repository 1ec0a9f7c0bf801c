#!/bin/sh
# Make this checkout ready to run: a virtual environment, its packages, Mosquitto, Java
# for Spark, and Chromium for the tests of pages.
# Run by `make setup`; safe to run again.
set -eu

PYTHON="${PYTHON:-python3}"
VENV="${VENV:-.venv}"
TORCH="torch==2.13.0"

say() { printf '%s\n' "$*"; }

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo "$@"
    else
        return 1
    fi
}

install_system_package() {
    command -v apt-get >/dev/null 2>&1 || return 1
    say "setup: installing $1 with apt-get"
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

check_python() {
    command -v "$PYTHON" >/dev/null 2>&1 ||
        fail "expected Python 3.11 or newer, found no $PYTHON; install python3 first"
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "expected Python 3.11 or newer, found $("$PYTHON" --version);" \
            "name a newer one: make setup PYTHON=python3.12"
}

make_environment() {
    [ -x "$VENV/bin/pip" ] && return
    say "setup: making the virtual environment $VENV"
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
        install_system_package python3-venv ||
        fail "expected Python's venv module, found none;" \
            "install it as root: apt-get install python3-venv"
    "$PYTHON" -m venv "$VENV"
}

install_packages() {
    # PyTorch first and alone: a package that asks for torch later then takes the build
    # that is here instead of fetching one with accelerator libraries.
    say "setup: installing Python packages (some minutes the first time)"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check "$TORCH"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check \
        "$TORCH" --editable '.[edge,trainer,dev,tflite,crops,spark]'
}

find_broker() {
    command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ]
}

install_broker() {
    find_broker && return
    install_system_package mosquitto && find_broker ||
        fail "expected the Mosquitto broker, found none and may not install it;" \
            "install it as root: apt-get install mosquitto"
}

find_java() {
    command -v java >/dev/null 2>&1 || [ -n "${JAVA_HOME:-}" ]
}

install_java() {
    # Spark runs on it; everything else runs without.
    find_java && return
    install_system_package openjdk-17-jre-headless && find_java ||
        fail "expected Java 17 for Spark, found none and may not install it;" \
            "install it as root: apt-get install openjdk-17-jre-headless"
}

find_browser() {
    command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

install_browser() {
    # Only tests open pages in it; without one they say that they were not opened.
    find_browser && return
    install_system_package chromium && find_browser ||
        say "setup: found no Chromium and may not install it;" \
            "tests of pages will be skipped"
}

check_python
make_environment
install_packages
install_broker
install_java
install_browser
say "setup: ready"
