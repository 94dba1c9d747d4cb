#!/bin/sh
# System libraries: Pango for the PDFs, poppler to read them back, Chromium to look.
# Fonts for names in other scripts are wanted, not needed: without them such names are
# boxes in PDFs.
set -eu
absent() {
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" ||
            printf ' %s' "$package"
    done
}
install() {
    apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
missing=$(absent chromium poppler-utils libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
wanted=$(absent fonts-noto-core fonts-noto-cjk)
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    [ -z "$missing$wanted" ] || echo "(Debian: sudo apt-get install$missing$wanted)" >&2
    [ -z "$missing" ] || { echo "Please install:$missing" >&2; exit 1; }
    exit 0
fi
[ -z "$missing" ] || install $missing
[ -z "$wanted" ] || install $wanted ||
    echo "Not installed; names in other scripts are boxes in PDFs without:$wanted" >&2
