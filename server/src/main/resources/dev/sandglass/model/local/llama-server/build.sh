#!/bin/bash
# Builds llama.cpp's llama-server for this machine's CPU.
#   build.sh ARCHIVE SHA256 WORK OUTPUT JOBS BUILD_NUMBER
# ARCHIVE holds a folder llama.cpp/ one level down. WORK is kept until the build succeeds, so a second run goes on where
# the first one was stopped. Prints ninja's own progress, "[3/150] …". OUTPUT appears whole or not at all.
set -euo pipefail
archive=$1 sha256=$2 work=$3 output=$4 jobs=$5 number=$6
here=$(cd "$(dirname "$0")" && pwd)

for tool in cmake ninja cc c++ tar sha256sum strip; do
  command -v "$tool" >/dev/null || missing="${missing-}$tool "
done
if [ -n "${missing-}" ]; then
  echo "missing: $missing" >&2
  exit 3
fi

mkdir -p "$work"
if [ ! -e "$work/unpacked" ]; then
  echo "$sha256  $archive" | sha256sum --check --quiet
  rm -rf "$work/source"
  mkdir -p "$work/source"
  # Only what the server is built from; the archive's own packaging, the tests, the models and the web pages are not.
  tar --extract --gzip --file "$archive" --directory "$work/source" --strip-components=2 --wildcards \
    --exclude='*/llama.cpp/tests/*' --exclude='*/llama.cpp/tools/ui/src/*' --exclude='*/llama.cpp/docs/*' \
    --exclude='*/llama.cpp/models/*' --exclude='*/llama.cpp/media/*' --exclude='*/llama.cpp/examples/*' \
    '*/llama.cpp/*'
  touch "$work/unpacked"
fi

cmake -S "$work/source" -B "$work/build" -G Ninja \
  -DCMAKE_PROJECT_TOP_LEVEL_INCLUDES="$here/trim.cmake" \
  -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
  -DCMAKE_EXE_LINKER_FLAGS='-static-libstdc++ -static-libgcc' \
  -DGGML_NATIVE=ON -DGGML_OPENMP=OFF -DGGML_CCACHE=OFF \
  -DLLAMA_OPENSSL=OFF -DLLAMA_SUBPROCESS=OFF -DLLAMA_ALL_WARNINGS=OFF \
  -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF \
  -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF \
  -DLLAMA_BUILD_NUMBER="$number" -DLLAMA_BUILD_COMMIT=sandglass

ninja -C "$work/build" -j "$jobs" llama-server
strip "$work/build/bin/llama-server" -o "$work/llama-server"
"$work/llama-server" --version
mkdir -p "$(dirname "$output")"
mv "$work/llama-server" "$output"
rm -rf "$work"
