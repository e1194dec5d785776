#!/usr/bin/env bash
# Install what the tests need beside Python, where apt is here and allowed; else say what is missing.
set -u
missing=()
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing+=(chromium)
command -v pdftoppm >/dev/null 2>&1 || missing+=(poppler-utils)
fc-list :lang=ar 2>/dev/null | grep -q . || missing+=(fontconfig fonts-noto-core)
[ ${#missing[@]} -eq 0 ] && exit 0
root=()
[ "$(id -u)" -eq 0 ] || root=(sudo -n)
if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
  echo "Installing ${missing[*]} with apt-get"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  if { "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    { "${root[@]}" apt-get update -qq && "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; }; } >"$log" 2>&1; then
    exit 0
  fi
  echo "apt-get could not install them; its last lines:"
  tail -n 3 "$log"
fi
echo "Not installed: ${missing[*]}. The tests that need them will be skipped."
echo "To run them: apt-get install ${missing[*]} (as root), or your system's packages of the same kind."
exit 0
