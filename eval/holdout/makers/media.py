"""What people send to be read or looked at: an invoice, a text, a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from kit import seeded


def invoice(path: Path) -> None:
    """An invoice whose items are right and whose sum is not."""
    rng = seeded("invoice")
    goods = [
        "Oak boards, planed", "Hinges, brass", "Wood glue 1 kg", "Sanding discs, box",
        "Cabinet doors", "Drawer runners, pair", "Varnish 2.5 l", "Delivery to the site",
    ]  # fmt: skip
    rows, net = [], 0.0
    for number, name in enumerate(goods, start=1):
        count = 1 if name.startswith("Delivery") else int(rng.integers(2, 24))
        price = round(float(rng.uniform(6, 95)), 2)
        amount = round(count * price, 2)
        net = round(net + amount, 2)
        rows.append(f"{number}   {name}   {count} x {price:.2f}   {amount:,.2f}")
    wrong = round(net + 118.8, 2)
    page = [
        "Joinery supplies Marlow & Finch", "Invoice 2025-0417, 9 May 2025", "",
        "No.  Item   Quantity x price   Amount in EUR", *rows, "",
        f"Net total   {wrong:,.2f}", f"VAT 20 %   {wrong * 0.2:,.2f}",
        f"To be paid   {wrong * 1.2:,.2f}", "", "Please pay within 14 days.",
    ]  # fmt: skip
    out = canvas.Canvas(str(path), pagesize=A4, invariant=1)
    lines = out.beginText(60, 760)
    for line in page:
        lines.textLine(line)
    out.drawText(lines)
    out.save()


def tale(path: Path) -> None:
    """A tale in plain words: between words stand only spaces, line ends, commas and full stops."""
    rng = seeded("tale")
    who = "The shepherd,An old miller,My grandmother,The blacksmith,A soldier,The ferryman".split(
        ","
    )
    did = "crossed,painted,carried home,dreamed of,lost,guarded,mended,sang about".split(",")
    what = (
        "the lantern,a silver bridle,the northern bridge,the orchard wall,a wooden cradle,"
        "the harvest wagon,the chapel door,a basket of walnuts"
    ).split(",")
    when = (
        "before sunrise,after the thunderstorm,when the river froze,on market day,in midwinter,"
        "while the village slept"
    ).split(",")
    chance = np.array([4, 2, 2, 1, 1, 1]) / 11
    sentences = []
    for _ in range(95):
        text = f"{rng.choice(who, p=chance)} {rng.choice(did)} {rng.choice(what)}"
        end = f", {rng.choice(when)}" if rng.random() < 0.6 else ""
        sentences.append(f"{text}{end}.")
    paragraphs = [" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5)]
    path.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")


def colony(path: Path) -> None:
    """A dish seen from above: bright round spots that don't touch on a dark, uneven ground."""
    rng = seeded("colony")
    pixels = rng.choice(np.array([18, 22, 26, 30], dtype=np.uint8), (170, 250))
    y, x = np.mgrid[0:170, 0:250]
    placed: list[tuple[int, int, int]] = []
    while len(placed) < 37:
        cx, cy = int(rng.integers(14, 236)), int(rng.integers(14, 156))
        radius = 13 if not placed else int(rng.integers(3, 10))
        if all((cx - a) ** 2 + (cy - b) ** 2 > (radius + r + 4) ** 2 for a, b, r in placed):
            placed.append((cx, cy, radius))
            inside = (x - cx) ** 2 + (y - cy) ** 2 <= radius**2
            pixels[inside] = rng.choice(np.array([206, 214, 222], dtype=np.uint8), inside.sum())
    Image.fromarray(pixels).save(path, optimize=True)
