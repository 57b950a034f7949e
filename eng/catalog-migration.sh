#!/usr/bin/env bash
# Makes a migration of the catalog from its entities:  eng/catalog-migration.sh NAME
# Or tells whether one is missing:                     eng/catalog-migration.sh --check
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
[ $# -eq 1 ] || { echo "catalog-migration: expected a name or --check. Help: eng/catalog-migration.sh AddSomething" >&2; exit 1; }
dotnet tool restore >/dev/null
projects=(--project src/Orchestrator.Catalog --startup-project src/Orchestrator.Catalog.Design)
if [ "$1" = --check ]; then
  exec dotnet ef migrations has-pending-model-changes "${projects[@]}"
fi
dotnet ef migrations add "$1" --output-dir Migrations "${projects[@]}"
for file in src/Orchestrator.Catalog/Migrations/*.cs; do
  head -n 1 "$file" | grep -q '//' || sed -i '1s|^\xEF\xBB\xBF||; 1i // Written by the migrations tool (eng/catalog-migration.sh): as long as the tables need.' "$file"
done
