#!/bin/bash
# Builds the sandbox image: a root file system with Python, its libraries and fonts.
#
#   build.sh --out DIR --work DIR    DIR/rootfs and DIR/image.json, all or nothing
#   build.sh --key                   prints the recipe's key and does nothing else
#
# --work holds what a later run can use again: the Debian base system and the
# wheels. An image that is already there is left alone. Progress goes to stdout as
# lines `step: text`, where text is a sentence, `34/102` or `71%`; everything else
# to stderr. The exit status is 0 only if the image is there.
#
# The key is the first 16 hex digits of the SHA-256 over the output of
# `sha256sum` for build.sh and the files in recipe/, in byte order of their names.
set -euo pipefail
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1
here=$(cd "$(dirname "$0")" && pwd)
suite=trixie
need_mb=5000
base_days=7

fail() {
  echo "build.sh: $*" >&2
  exit 1
}

key() {
  (cd "$here" && sha256sum build.sh recipe/*[!~] | sha256sum | cut -c1-16)
}

out='' work=''
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=${2:?--out needs a directory}; shift 2 ;;
    --work) work=${2:?--work needs a directory}; shift 2 ;;
    --key) key; exit ;;
    *) sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
if [ -z "$out" ] || [ -z "$work" ]; then
  fail "both --out and --work are needed"
fi

python=
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -m pip --version >/dev/null 2>&1; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || fail "no python3 with pip found: install the Debian packages in host-packages.txt"
command -v mmdebstrap >/dev/null || fail "mmdebstrap not found: install the Debian packages in host-packages.txt"

mkdir -p "$work" "$(dirname "$out")"
work=$(cd "$work" && pwd)
out=$(cd "$(dirname "$out")" && pwd)/$(basename "$out")

# One build at a time; the second finds the first one's work done.
exec 9>"$work/lock"
if ! flock -n 9; then
  echo "image: waiting for another build"
  flock 9
fi
if [ -f "$out/image.json" ]; then
  echo "image: ready"
  exit 0
fi
free_mb=$(df -Pm "$work" | awk 'NR == 2 { print $4 }')
[ "$free_mb" -ge "$need_mb" ] ||
  fail "$free_mb MB free in $work, $need_mb needed: make room, or set SANDGLASS_CACHE to another disk"

# Below the same parent as the result, so that the last step is a rename.
new=$out.new
jobs_started=()
undo() {
  local pid
  for pid in "${jobs_started[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  wait
  rm -rf "$new" "$work"/*.part
}
trap undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$new"

base=$work/debian-$suite-$(sha256sum "$here/recipe/debian-packages.txt" | cut -c1-16).tar

fetch_base() {
  find "$work" -maxdepth 1 -name 'debian-*.tar' -mtime "+$base_days" -delete
  if [ -f "$base" ]; then
    echo "debian: base system is there"
    return
  fi
  local packages
  packages=$(sed -e 's/#.*//' -e '/^cut:/d' -e 's/^build://' "$here/recipe/debian-packages.txt" |
    awk 'NF { printf "%s%s", separator, $1; separator = "," }')
  mmdebstrap --variant=minbase --format=tar --include="$packages" \
    --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$suite" "$base.part" 2>"$work/debian.log" 9>&- &
  local pid=$! line=0 total
  # mmdebstrap kills its children when it is told to end.
  trap 'kill "$pid" 2>/dev/null; wait "$pid"; exit 143' TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    total=$(grep -c '^I: ' "$work/debian.log" || true)
    if [ "$total" -gt "$line" ]; then
      line=$total
      grep '^I: ' "$work/debian.log" | tail -n 1 | sed 's/^I: /debian: /'
    fi
  done
  wait "$pid" || { tail -n 15 "$work/debian.log" >&2; fail "mmdebstrap failed (see above and $work/debian.log)"; }
  mv "$base.part" "$base"
}

# Everything in the image belongs to one user: whoever builds it.
in_rootfs() {
  if [ "$(id -u)" = 0 ]; then
    chroot "$new/rootfs" "$@"
  else
    unshare --map-root-user chroot "$new/rootfs" "$@"
  fi
}

fetch_base &
jobs_started+=($!)
"$python" "$here/recipe/wheels.py" fetch "$work/wheels" &
jobs_started+=($!)
for pid in "${jobs_started[@]}"; do
  wait "$pid"
done
jobs_started=()

rootfs=$new/rootfs
site=$rootfs/usr/local/lib/python3.13/dist-packages
mkdir -p "$site"
echo "unpack: base system"
tar -C "$rootfs" -xf "$base" --no-same-owner --exclude='./dev/*'
"$python" "$here/recipe/wheels.py" unpack "$work/wheels" "$site"
echo "fonts: font cache"
"$python" "$here/recipe/assemble.py" fonts "$rootfs"
in_rootfs fc-cache --really-force --system-only >&2
echo "trim: removing what the sandbox doesn't need"
"$python" "$here/recipe/assemble.py" trim "$rootfs"
cp "$here/recipe/prebuild.py" "$rootfs/tmp/"
in_rootfs /usr/bin/python3.13 -I /tmp/prebuild.py
rm -rf "$rootfs"/tmp/* "$rootfs/var/tmp"/*
"$python" "$here/recipe/seal.py" "$rootfs" "$new/image.json" "$(key)"
sync -f "$new"
rm -rf "$out"
mv "$new" "$out"
echo "image: ready"
