#!/usr/bin/env bash
# Makes sure that what the tests need is on the machine: `needs.sh postgres|browser|mail`.
# Installs Debian packages when it may (root, or sudo without a password), otherwise says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

install() {
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then sudo="sudo -n"; else
      echo "These Debian packages are needed: $*. Install them: sudo apt-get install $*" >&2
      exit 1
    fi
  fi
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -qq >/dev/null 2>&1 || true
  $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

case "${1:-}" in
  postgres)
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql
    ;;
  browser)
    command -v chromium >/dev/null 2>&1 || install chromium fonts-dejavu-core
    ;;
  mail)
    # A real SMTP server for the tests of mail: aiosmtpd in a folder of its own.
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import aiosmtpd' 2>/dev/null; then
      python3 -m venv .venv 2>/dev/null || { install python3-venv && python3 -m venv .venv; }
      .venv/bin/pip install -q --disable-pip-version-check aiosmtpd==1.4.6
    fi
    ;;
  *) echo "usage: needs.sh postgres|browser|mail" >&2; exit 2 ;;
esac
