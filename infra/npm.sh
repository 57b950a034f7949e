#!/usr/bin/env bash
# Installs the npm packages that a folder's package-lock.json pins:  infra/npm.sh FOLDER
# Idempotent; silent when they are there already. Every failure is one line: what is missing and how to get it.
set -euo pipefail

die() { echo "npm: $*" >&2; exit 1; }

[ $# -eq 1 ] || die "expected one folder. Help: infra/npm.sh FOLDER"
folder="$(cd "$1" 2>/dev/null && pwd)" || die "there is no folder '$1'."
[ -f "$folder/package-lock.json" ] || die "'$folder' has no package-lock.json."
for tool in node npm; do
  command -v "$tool" >/dev/null || die "$tool is missing. Help: install Node.js 20 or newer."
done

wanted="$(sha256sum "$folder/package-lock.json" | cut -d' ' -f1)-$(node --version)"
stamp="$folder/node_modules/.installed"
installed() { [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; }

installed && exit 0
# Test projects may start at the same time: one installs, the others wait.
exec 9>"$folder/.npm-install.log"
flock 9
installed && exit 0
echo "npm: installing the packages of '${folder##*/}' ..." >&2
# No package needs its install script here; none is run.
(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&9 2>&9) ||
  die "npm ci failed in '$folder': $(grep -v '^$' "$folder/.npm-install.log" | head -n 1). Help: the whole output is in '$folder/.npm-install.log'; check the network and 'npm config get registry'."
echo "$wanted" >"$stamp"
