"""Cards of images, from their headers; no pixel is decoded."""

from __future__ import annotations

from collections.abc import Iterator

from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import plural


def read(source: Source) -> Iterator[str]:
    from PIL import Image

    with Image.open(source.path) as image:
        words = [f"{source.title}: {image.format} image", f"{image.width} x {image.height} pixels"]
        words.append(f"mode {image.mode}")
        frames = getattr(image, "n_frames", 1)
        if frames > 1:
            words.append(plural(frames, "frame"))
        orientation = image.getexif().get(0x0112, 1)
        if orientation != 1:
            words.append(f"turned (EXIF orientation {orientation}: use ImageOps.exif_transpose)")
    yield ", ".join(words)
    yield f"Read it with: image = Image.open({source.literal})"
