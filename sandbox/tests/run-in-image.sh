#!/bin/bash
# Runs pytest under the sandbox image's Python: run-in-image.sh [pytest arguments]
#
# The image is read-only; sandbox/src is at /opt/sandglass, sandbox/tests at
# /mnt/tests, and /tmp is fresh. pytest comes from its own locked wheels, so that it
# isn't in the image. SANDGLASS_IMAGE names an image's directory; without it the
# recipe's one in the cache. Needs root, for mounts and chroot.
set -euo pipefail
tests=$(cd "$(dirname "$0")" && pwd)
sandbox=$(dirname "$tests")
cache=${SANDGLASS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sandglass}
image=${SANDGLASS_IMAGE:-$cache/images/$("$sandbox/image/build.sh" --key)}
if [ ! -d "$image/rootfs" ]; then
  echo "run-in-image.sh: no image in $image: run ./sandglass image build" >&2
  exit 1
fi
pytest=$cache/downloads/pytest-$(sha256sum "$tests/requirements.lock" | cut -c1-16)
if [ ! -d "$pytest" ]; then
  part=$(mktemp -d "$pytest.XXXXXX")
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
    --no-deps --only-binary=:all: --require-hashes --no-compile \
    --requirement "$tests/requirements.lock" --target "$part"
  chmod 755 "$part"
  mv -T "$part" "$pytest" 2>/dev/null || rm -rf "$part"
fi
# shellcheck disable=SC2016
exec unshare --mount --pid --fork --kill-child sh -c '
  set -e
  root=/mnt; image=$1; sandbox=$2; pytest=$3; shift 3
  mount -t tmpfs none /run; mkdir -p /run/sandbox /run/pytest
  mount --bind "$sandbox" /run/sandbox; mount --bind "$pytest" /run/pytest
  mount --bind "$image/rootfs" $root; mount -o remount,bind,ro $root
  mount -t proc proc $root/proc; mount --rbind /dev $root/dev
  mount -t tmpfs -o mode=1777 none $root/tmp; mount -t tmpfs none $root/mnt
  mkdir $root/mnt/data $root/mnt/tests $root/mnt/pytest
  mount --bind /run/sandbox/src $root/opt/sandglass
  mount --bind /run/sandbox/tests $root/mnt/tests
  mount --bind /run/pytest $root/mnt/pytest
  exec env -i PATH=/usr/bin HOME=/tmp LANG=C.UTF-8 MPLCONFIGDIR=/tmp/.matplotlib OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 PYTHONPATH=/opt/sandglass:/mnt/pytest PYTHONDONTWRITEBYTECODE=1 \
    /usr/sbin/chroot $root /usr/bin/python3 -m pytest -p no:cacheprovider --rootdir /mnt/tests "$@"
' sh "$image" "$sandbox" "$pytest" "$@"
