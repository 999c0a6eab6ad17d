#!/usr/bin/env bash
set -euo pipefail

npm run build
echo "now run: npm publish --tag latest"
