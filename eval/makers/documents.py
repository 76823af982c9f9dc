"""Documents people read: PDF, plain text, Markdown, HTML, and a ZIP of tables."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from kit import FIXED_TIME, seeded

REPORT = [
    """Annual report 2023 of the Weidental Energy Cooperative

At the end of 2023 the cooperative had 1,846 members, after 1,562 a year before.
Revenue rose from EUR 3,912,400 to EUR 4,508,750. The surplus was EUR 287,300,
of which the assembly paid EUR 138,450 to the members as a dividend.

Our plants fed 14,730 MWh into the grid. The wind park on the Hohe Egge gave
9,120 MWh, the solar roofs gave 4,385 MWh and the small hydro plant the rest.""",
    """Investments

Three solar roofs were added in 2023: the school (212 kWp), the depot (388 kWp)
and the riding hall (145 kWp). Together they cost EUR 968,500. A second turbine
was approved in October; building starts in spring. The solar programme goes on.""",
    """Outlook

For 2024 the board expects revenue of EUR 4,750,000 and 2,000 members. The solar
storage pilot begins in May. Bank loans stood at EUR 6,240,000 at the end of the
year, with an average interest of 2.85 percent.""",
]


def report(path: Path) -> None:
    """A short annual report of three pages."""
    out = canvas.Canvas(str(path), pagesize=A4, invariant=1)
    for page in REPORT:
        lines = out.beginText(60, 760)
        lines.setFont("Helvetica", 11)
        for line in page.splitlines():
            lines.textLine(line)
        out.drawText(lines)
        out.showPage()
    out.save()


def diary(path: Path) -> None:
    """Plain prose whose words are separated by nothing but spaces, line ends, commas and stops."""
    rng = seeded("diary")
    weather = "fog rain sunshine drizzle frost hail".split()
    acts = [
        "mended the nets",
        "painted the boat",
        "sold herring",
        "walked to the harbour",
        "rested",
    ]
    ends = [
        "The lighthouse blinked all night",
        "Gulls followed us",
        "The harbour was quiet",
        "Nobody came",
    ]
    pages = []
    for day in range(1, 41):
        morning = rng.choice(weather, p=[0.30, 0.22, 0.2, 0.12, 0.1, 0.06])
        act, end = rng.choice(acts), rng.choice(ends)
        caught = f" We caught {rng.integers(4, 60)} fish." if rng.random() < 0.6 else ""
        pages.append(
            f"Day {day}. In the morning {morning}, later {rng.choice(weather)}. "
            f"We {act}.{caught} {end}."
        )
    path.write_text("\n\n".join(pages) + "\n", encoding="utf-8")


def tasks(path: Path) -> None:
    """A project plan in Markdown: lists of tasks, done or open, with hours."""
    rng = seeded("tasks")
    things = (
        "floor plan,permit,heating,wiring,windows,plaster,tiles,doors,kitchen,bathroom,garden,paint"
    ).split(",")
    lines = ["# House renovation", "", "Hours are estimates of the crew.", ""]
    for phase in ("Planning", "Shell", "Interior", "Finish"):
        lines += [f"## {phase}", ""]
        for thing in rng.choice(things, int(rng.integers(6, 10)), replace=False):
            mark = (
                "x"
                if rng.random() < {"Planning": 0.95, "Shell": 0.7, "Interior": 0.35}.get(phase, 0.1)
                else " "
            )
            lines.append(f"- [{mark}] {thing} ({rng.integers(3, 42)} h)")
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")


def districts(path: Path) -> None:
    """A web page with a table of a city's districts; thousands have commas."""
    rng = seeded("districts")
    names = (
        "Altmarkt Birkenau Domhof Eichholz Fischtor Gartenstadt Hafen Inselviertel Kreuzberg"
    ).split()
    rows = ""
    for name in names:
        people, area = int(rng.integers(4200, 61000)), float(rng.uniform(1.4, 14))
        cells = (name, f"{people:,}", f"{area:.2f}", rng.integers(2, 19))
        rows += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"
    path.write_text(
        "<!doctype html>\n<html><head><title>Districts of Rheinfeld</title></head><body>\n"
        "<h1>Districts of Rheinfeld</h1>\n<p>As of 31 December 2023.</p>\n<table>\n"
        "<tr><th>District</th><th>Population</th><th>Area (km²)</th><th>Schools</th></tr>\n"
        f"{rows}</table>\n</body></html>\n",
        encoding="utf-8",
    )


def branches(path: Path) -> None:
    """A ZIP with one CSV of daily takings for each branch of a bakery."""
    rng = seeded("branches")
    days = pd.date_range("2025-02-01", "2025-02-28")
    with zipfile.ZipFile(path, "w") as archive:
        for branch, mean in [
            ("station", 1480),
            ("market", 1210),
            ("university", 990),
            ("hospital", 760),
        ]:
            open_days = days[days.dayofweek < (7 if branch in ("station", "hospital") else 6)]
            takings = rng.normal(mean, mean * 0.14, len(open_days)).round(2)
            customers = (takings / rng.normal(6.4, 0.4, len(open_days))).astype(int)
            table = pd.DataFrame({"date": open_days, "takings": takings, "customers": customers})
            text = io.StringIO()
            table.to_csv(text, index=False)
            entry = zipfile.ZipInfo(f"takings/{branch}.csv", FIXED_TIME)
            archive.writestr(entry, text.getvalue(), compress_type=zipfile.ZIP_DEFLATED)


def minutes(path: Path) -> None:
    """Minutes of a council's meeting, two pages."""
    pages = [
        """Minutes of the town council, 14 May 2024

Present: 23 of 27 members. The budget for the new library was presented:
building EUR 2,415,000, furniture EUR 386,500, books EUR 174,250. The council
approved it with 17 votes to 6.""",
        """The road works in Mill Lane cost EUR 642,800, which is EUR 58,300 more than
planned. The fee for the day nursery rises from EUR 185 to EUR 198 a month.
Next meeting: 11 June 2024.""",
    ]
    out = canvas.Canvas(str(path), invariant=1)
    for page in pages:
        lines = out.beginText(60, 760)
        for line in page.splitlines():
            lines.textLine(line)
        out.drawText(lines)
        out.showPage()
    out.save()
