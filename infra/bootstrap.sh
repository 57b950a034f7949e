#!/usr/bin/env bash
# Makes a fresh checkout able to build and run: .NET SDK, DuckDB's native library, SQLite's native library.
# Idempotent; silent when there is nothing to do. Every failure is one line: what is missing and how to get it.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

duckdb_package="@duckdb/node-bindings-linux-x64"
duckdb_version="1.5.6-r.1"
duckdb_integrity="sha512-IXcrZJE6kEqM0Z4wwdVnGBHX/frOS33VPNAwDXQ/Q+Fs84b058Qe94chrCCIcNJlG8Y3UHIUU4eBeCQxW5mN1Q=="

die() { echo "bootstrap: $*" >&2; exit 1; }

hex_to_bytes() { while read -r -n 2 byte && [ -n "$byte" ]; do printf '%b' "\\x$byte"; done; }

check_platform() {
  [ "$(uname -s)-$(uname -m)" = "Linux-x86_64" ] ||
    die "this checkout runs on Linux x86_64 only so far, seen $(uname -s) $(uname -m). Help: use a Linux x86_64 machine or container."
}

check_dotnet() {
  command -v dotnet >/dev/null ||
    die "the .NET SDK is missing. Help: install the SDK named in global.json from https://dot.net and put 'dotnet' on PATH."
  (cd "$root" && dotnet --version >/dev/null 2>&1) ||
    die "no .NET SDK that global.json accepts: expected $(grep -o '"version": *"[^"]*"' "$root/global.json" | cut -d'"' -f4), seen $(cd / && dotnet --version 2>/dev/null || echo none). Help: install that SDK."
}

fetch_duckdb() {
  local dir="$root/.native/duckdb-$duckdb_version" tmp seen
  [ -f "$dir/libduckdb.so" ] && return
  command -v npm >/dev/null ||
    die "npm is missing; it fetches the DuckDB library ($duckdb_package $duckdb_version). Help: install Node.js 20 or newer."
  echo "bootstrap: fetching DuckDB $duckdb_version ..." >&2
  mkdir -p "$root/.native"
  tmp="$(mktemp -d "$root/.native/fetch.XXXXXX")"
  trap 'rm -rf "$tmp"' RETURN
  (cd "$tmp" && npm pack --silent "$duckdb_package@$duckdb_version" >/dev/null 2>npm.err) ||
    die "npm could not fetch $duckdb_package@$duckdb_version: $(tail -n 1 "$tmp/npm.err"). Help: check the network and 'npm config get registry'."
  seen="sha512-$(sha512sum "$tmp"/*.tgz | cut -d' ' -f1 | hex_to_bytes | base64 -w 0)"
  [ "$seen" = "$duckdb_integrity" ] ||
    die "the DuckDB package is not the pinned one: expected $duckdb_integrity, seen $seen. Help: do not use it; ask who serves your npm registry."
  tar -xzf "$tmp"/*.tgz -C "$tmp" package/libduckdb.so
  mkdir -p "$dir"
  mv "$tmp/package/libduckdb.so" "$dir/libduckdb.so.part"
  mv "$dir/libduckdb.so.part" "$dir/libduckdb.so"
}

has_sqlite() {
  ldconfig -p 2>/dev/null | grep -q 'libsqlite3\.so\.0' || ls /usr/lib/*/libsqlite3.so.0 /lib/*/libsqlite3.so.0 >/dev/null 2>&1
}

find_sqlite() {
  has_sqlite && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "bootstrap: installing SQLite (libsqlite3-0) ..." >&2
    { apt-get update -qq && apt-get install -y -qq libsqlite3-0; } >/dev/null 2>&1 || true
  fi
  has_sqlite || die "the SQLite library libsqlite3.so.0 is missing. Help: apt-get install libsqlite3-0 (or your system's sqlite package)."
}

check_platform
check_dotnet
fetch_duckdb
find_sqlite
