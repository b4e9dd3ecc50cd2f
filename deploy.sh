#!/usr/bin/env bash
# Deploy every pipeline of this project to an environment on AWS.
#
#   ./deploy.sh ENV BUCKET [--yes] [--dry-run] [--allow iam|replace] [--take-over]
#
# Checks that templates/ is what the specs make and that CloudFormation will take it;
# then `pipeline deploy` uploads, shows what would change, asks, and follows it.
set -euo pipefail

refuse() {
  printf 'error: %s\n  hint: %s\n' "$1" "$2" >&2
  exit 2
}

# A command of the project's own environment, or else the one on PATH.
tool() {
  if [[ -x .venv/bin/$1 ]]; then
    printf '%s\n' ".venv/bin/$1"
  elif command -v "$1" >/dev/null; then
    command -v "$1"
  else
    refuse "there is no command '$1'" "activate the project's environment, or: pip install mlmax-pipelines cfn-lint"
  fi
}

readonly usage="./deploy.sh ENV BUCKET [--yes] [--dry-run] [--allow iam|replace] [--take-over]"
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  printf 'usage: %s\n' "$usage"
  exit 0
fi
[[ -n ${1:-} && $1 != -* ]] || refuse "no environment given" "$usage"
[[ -n ${2:-} && $2 != -* ]] || refuse "no bucket given" "$usage"
readonly environment=$1 bucket=$2
shift 2

cd "$(dirname "$0")"
if [[ ! -f envs/$environment.yaml ]]; then
  known=(envs/*.yaml)
  known=("${known[@]#envs/}")
  refuse "no environment '$environment': there is no envs/$environment.yaml" \
    "there are: ${known[*]%.yaml}"
fi
pipeline=$(tool pipeline)
lint=$(tool cfn-lint)

"$pipeline" create --check
"$lint" -- templates/*.yaml
exec "$pipeline" deploy --env "$environment" --bucket "$bucket" "$@"
