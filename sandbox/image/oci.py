"""Writes a built image as an OCI image layout in a tar file.

    oci.py IMAGE_DIR FILE.tar

`skopeo copy oci-archive:FILE.tar …`, `podman load` and containerd read it. The same
image gives the same bytes: the layer is a plain tar with sorted names and uniform
times. Standard library only, flat memory.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

LAYER = "application/vnd.oci.image.layer.v1.tar"
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def paths(root: Path) -> Iterator[Path]:
    """Everything below the root, parents first, in byte order of names."""
    with os.scandir(root) as entries:
        for entry in sorted(entries, key=lambda entry: os.fsencode(entry.name)):
            path = Path(entry.path)
            yield path
            if entry.is_dir(follow_symlinks=False):
                yield from paths(path)


def uniform(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Drops what depends on who built the image; hard links become files."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def write_layer(rootfs: Path, file: Path) -> None:
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as layer:
        for path in paths(rootfs):
            layer.inodes = {}  # type: ignore[attr-defined]
            info = uniform(layer.gettarinfo(path, path.relative_to(rootfs).as_posix()))
            info.mtime = int(info.mtime)
            if info.isreg():
                with path.open("rb") as content:
                    layer.addfile(info, content)
            else:
                layer.addfile(info)


def sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        for block in iter(lambda: content.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def export(image: Path, target: Path) -> str:
    """Returns the manifest's digest."""
    about = json.loads((image / "image.json").read_text())
    epoch = int((image / "rootfs").stat().st_mtime)
    with tempfile.TemporaryDirectory(dir=target.parent) as directory:
        layer = Path(directory) / "layer.tar"
        write_layer(image / "rootfs", layer)
        layer_digest = sha256(layer)
        blobs: dict[str, bytes] = {}

        def blob(media_type: str, content: object) -> dict[str, object]:
            data = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
            digest = hashlib.sha256(data).hexdigest()
            blobs[digest] = data
            return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

        architecture = about["platform"].split("/")[1]
        config = blob(
            CONFIG,
            {
                "architecture": architecture,
                "os": "linux",
                "config": {
                    "Env": [f"{name}={value}" for name, value in sorted(about["env"].items())],
                    "Cmd": ["/usr/bin/python3"],
                    "Labels": {"dev.sandglass.image.digest": about["digest"]},
                },
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer_digest}"]},
            },
        )
        size = layer.stat().st_size
        layer_descriptor = {"mediaType": LAYER, "digest": f"sha256:{layer_digest}", "size": size}
        manifest = blob(
            MANIFEST,
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": config,
                "layers": [layer_descriptor],
            },
        )
        manifest["annotations"] = {"org.opencontainers.image.ref.name": about["name"]}
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [manifest]}

        part = Path(directory) / "image.tar"
        with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as archive:

            def add(name: str, data: bytes) -> None:
                info = tarfile.TarInfo(name)
                info.size, info.mtime, info.mode = len(data), epoch, 0o644
                archive.addfile(info, io.BytesIO(data))

            add("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
            add("index.json", json.dumps(index, sort_keys=True).encode())
            for digest, data in sorted(blobs.items()):
                add(f"blobs/sha256/{digest}", data)
            info = tarfile.TarInfo(f"blobs/sha256/{layer_digest}")
            info.size, info.mtime, info.mode = size, epoch, 0o644
            with layer.open("rb") as content:
                archive.addfile(info, content)
        os.replace(part, target)
    return str(manifest["digest"])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    print(f"export: {export(Path(sys.argv[1]), Path(sys.argv[2]).absolute())}")
