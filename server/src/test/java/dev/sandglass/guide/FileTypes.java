package dev.sandglass.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file types of the guide's "Supported File Types": for each a real file (guide-files/README.md
 * says which program made it), what its card says, a cell that reads it and writes one of the same
 * type, what the cell prints, and what another program finds in what was written.
 */
final class FileTypes {

  /** Looks at a downloaded file with another library than the one that wrote it. */
  @FunctionalInterface
  interface Reader {
    void read(byte[] content) throws Exception;
  }

  /**
   * @param made what the cell writes; null for a type that can only be read
   */
  record Type(
      String name,
      String file,
      String card,
      String cell,
      String printed,
      @Nullable String made,
      Reader reader) {
    @Override
    public String toString() {
      return name;
    }
  }

  private FileTypes() {}

  static final List<Type> ALL =
      List.of(
          new Type(
              "CSV",
              "visits.csv",
              "CSV, separator ',', 12 rows, 4 columns",
              """
              import pandas as pd
              table = pd.read_csv("/mnt/data/visits.csv", parse_dates=["date"])
              print(table["visitors"].sum(), table["town"].nunique(), table["date"].dt.month.max())
              table.to_csv("/mnt/data/made.csv", index=False)
              """,
              "1662 3 12",
              "made.csv",
              c -> assertThat(Written.lines(c)).hasSize(13).anyMatch(l -> l.startsWith("Łódź,"))),
          new Type(
              "TSV",
              "visits.tsv",
              "TSV, separator tab, 12 rows",
              """
              import pandas as pd
              table = pd.read_csv("/mnt/data/visits.tsv", sep="\\t")
              print(table["visitors"].sum(), list(table.columns))
              table.head(3).to_csv("/mnt/data/made.tsv", sep="\\t", index=False)
              """,
              "1662 ['town', 'date', 'visitors', 'price']",
              "made.tsv",
              c ->
                  assertThat(Written.lines(c)).hasSize(4).allMatch(l -> l.split("\t").length == 4)),
          new Type(
              "Excel (.xlsx)",
              "visits.xlsx",
              "sheet_name=",
              """
              import pandas as pd
              table = pd.read_excel("/mnt/data/visits.xlsx")
              print(table["visitors"].sum(), table["town"].iloc[1])
              table.to_excel("/mnt/data/made.xlsx", index=False, sheet_name="Towns")
              """,
              "1662 Łódź",
              "made.xlsx",
              c ->
                  assertThat(Written.zip(c))
                      .containsKeys("xl/workbook.xml", "xl/styles.xml")
                      .hasEntrySatisfying("xl/workbook.xml", x -> assertThat(x).contains("Towns"))
                      .hasEntrySatisfying(
                          "xl/worksheets/sheet1.xml", x -> assertThat(x).contains("<v>107</v>"))),
          new Type(
              "Excel (.xls)",
              "visits.xls",
              "sheet_name=",
              """
              import pandas as pd
              table = pd.read_excel("/mnt/data/visits.xls")
              print(table["visitors"].sum(), table["town"].iloc[2])
              """,
              "1662 São Paulo",
              null,
              c -> {}),
          new Type(
              "JSON",
              "visits.json",
              "12 objects",
              """
              import json
              rows = json.load(open("/mnt/data/visits.json"))
              print(len(rows), sum(row["visitors"] for row in rows))
              json.dump({"towns": sorted({row["town"] for row in rows})}, open("/mnt/data/made.json", "w"))
              """,
              "12 1662",
              "made.json",
              c -> assertThat(Written.json(c).path("towns").get(2).asString()).isEqualTo("Łódź")),
          new Type(
              "JSONL",
              "visits.jsonl",
              "JSON lines, 12 lines",
              """
              import pandas as pd
              table = pd.read_json("/mnt/data/visits.jsonl", lines=True)
              print(len(table), table["visitors"].sum())
              table.to_json("/mnt/data/made.jsonl", orient="records", lines=True)
              """,
              "12 1662",
              "made.jsonl",
              c ->
                  assertThat(Written.lines(c))
                      .hasSize(12)
                      .allSatisfy(l ->
                          assertThat(Written.json(l.getBytes()).path("visitors").isInt())
                              .isTrue())),
          new Type(
              "XML",
              "visits.xml",
              "12 elements <visit>",
              """
              import xml.etree.ElementTree as ET
              tree = ET.parse("/mnt/data/visits.xml")
              visits = tree.getroot().findall("visit")
              print(sum(int(v.findtext("visitors")) for v in visits), visits[1].get("town"))
              ET.SubElement(tree.getroot(), "sum").text = "1662"
              tree.write("/mnt/data/made.xml", encoding="utf-8", xml_declaration=True)
              """,
              "1662 Łódź",
              "made.xml",
              c -> {
                var root = Written.xml(c).getDocumentElement();
                assertThat(root.getElementsByTagName("visit").getLength()).isEqualTo(12);
                assertThat(root.getElementsByTagName("sum").item(0).getTextContent())
                    .isEqualTo("1662");
              }),
          new Type(
              "SQLite",
              "visits.sqlite",
              "Table 'visits': 12 rows",
              """
              import sqlite3
              db = sqlite3.connect("/mnt/data/visits.sqlite")
              rows = db.execute("SELECT town, sum(visitors) FROM visits GROUP BY town ORDER BY 2 DESC").fetchall()
              print(rows[0])
              with sqlite3.connect("/mnt/data/made.sqlite") as made:
                  made.execute("CREATE TABLE sums (town TEXT, visitors INTEGER)")
                  made.executemany("INSERT INTO sums VALUES (?, ?)", rows)
              made.close()
              """,
              "('São Paulo', 582",
              "made.sqlite",
              c -> assertThat(Written.sqlite(c, "SELECT sum(visitors) FROM sums")).isEqualTo(1662)),
          new Type(
              "Parquet",
              "visits.parquet",
              "Parquet, 12 rows, 4 columns",
              """
              import pandas as pd
              table = pd.read_parquet("/mnt/data/visits.parquet")
              print(table["visitors"].sum(), table["date"].max())
              table.to_parquet("/mnt/data/made.parquet")
              """,
              "1662 2024-12-15",
              "made.parquet",
              c -> assertThat(Written.latin(c)).startsWith("PAR1").endsWith("PAR1")),
          new Type(
              "HDF5",
              "visits.h5",
              "'visits/visitors'",
              """
              import h5py
              import numpy as np
              with h5py.File("/mnt/data/visits.h5") as file:
                  visitors = file["visits/visitors"][:]
              print(visitors.sum(), len(visitors))
              with h5py.File("/mnt/data/made.h5", "w") as made:
                  made["doubled"] = 2 * np.asarray(visitors)
              """,
              "1662 12",
              "made.h5",
              c -> assertThat(Written.latin(c)).startsWith("\u0089HDF\r\n")),
          new Type(
              "PNG",
              "scene.png",
              "PNG image, 120 x 90 pixels",
              """
              from PIL import Image, ImageFilter
              image = Image.open("/mnt/data/scene.png")
              print(image.format, image.size, image.getpixel((95, 18)))
              image.resize((60, 45)).filter(ImageFilter.GaussianBlur(4)).save("/mnt/data/made.png")
              """,
              "PNG (120, 90) (246, 215, 67)",
              "made.png",
              c -> Written.assertImage(c, "png", 60, 45, 1)),
          new Type(
              "JPEG",
              "scene.jpg",
              "JPEG image, 120 x 90 pixels",
              """
              import cv2
              image = cv2.imread("/mnt/data/scene.jpg")
              print(image.shape)
              small = cv2.GaussianBlur(cv2.resize(image, (80, 60)), (9, 9), 0)
              cv2.imwrite("/mnt/data/made.jpg", small)
              """,
              "(90, 120, 3)",
              "made.jpg",
              c -> Written.assertImage(c, "jpeg", 80, 60, 1)),
          new Type(
              "GIF",
              "scene.gif",
              "GIF image, 120 x 90 pixels",
              """
              from PIL import Image
              image = Image.open("/mnt/data/scene.gif")
              print(image.format, image.size)
              frames = [image.convert("RGB").rotate(angle) for angle in (0, 30, 60)]
              frames[0].save("/mnt/data/made.gif", save_all=True, append_images=frames[1:], duration=80)
              """,
              "GIF (120, 90)",
              "made.gif",
              c -> Written.assertImage(c, "gif", 120, 90, 3)),
          new Type(
              "SVG",
              "scene.svg",
              "SVG image, width '120', height '90'",
              """
              import cairosvg
              import matplotlib.pyplot as plt
              from PIL import Image
              cairosvg.svg2png(url="/mnt/data/scene.svg", write_to="/tmp/scene.png", output_width=240)
              print(Image.open("/tmp/scene.png").size)
              plt.plot([1, 3, 2])
              plt.savefig("/mnt/data/made.svg")
              plt.close()
              """,
              "(240, 180)",
              "made.svg",
              c -> assertThat(Written.xml(c).getDocumentElement().getTagName()).isEqualTo("svg")),
          new Type(
              "WebP",
              "scene.webp",
              "WEBP image, 120 x 90 pixels",
              """
              from PIL import Image
              image = Image.open("/mnt/data/scene.webp")
              print(image.format, image.size)
              image.resize((30, 20)).save("/mnt/data/made.webp")
              """,
              "WEBP (120, 90)",
              "made.webp",
              c -> assertThat(Written.latin(c)).startsWith("RIFF").contains("WEBPVP8")),
          new Type(
              "PDF",
              "report.pdf",
              "In 2024 the lake had 1662 visitors",
              """
              from pypdf import PdfReader
              from reportlab.pdfgen import canvas
              pages = PdfReader("/mnt/data/report.pdf").pages
              print(len(pages), "1662" in pages[0].extract_text(), "19.5" in pages[1].extract_text())
              page = canvas.Canvas("/mnt/data/made.pdf")
              page.drawString(72, 700, "Two pages were read.")
              page.save()
              """,
              "2 True True",
              "made.pdf",
              c -> assertThat(Written.latin(c).strip()).startsWith("%PDF-").endsWith("%%EOF")),
          new Type(
              "TXT",
              "diary.txt",
              "text, 2 lines",
              """
              text = open("/mnt/data/diary.txt").read()
              print(len(text.splitlines()), text.split()[4])
              open("/mnt/data/made.txt", "w").write(text.upper())
              """,
              "2 3",
              "made.txt",
              c -> assertThat(Written.lines(c)).contains("IT THAWED ON 9 FEBRUARY.")),
          new Type(
              "Markdown",
              "notes.md",
              "Markdown",
              """
              import pandas as pd
              lines = open("/mnt/data/notes.md").read().splitlines()
              print(lines[0])
              table = pd.DataFrame({"town": ["Ulm"], "visitors": [526]})
              open("/mnt/data/made.md", "w").write(table.to_markdown(index=False))
              """,
              "# Notes on the lake",
              "made.md",
              c -> assertThat(Written.lines(c)).hasSize(3).last().asString().contains("| Ulm")),
          new Type(
              "HTML",
              "page.html",
              "1 table",
              """
              import pandas as pd
              from bs4 import BeautifulSoup
              page = open("/mnt/data/page.html", encoding="utf-8").read()
              table = pd.read_html("/mnt/data/page.html")[0]
              print(BeautifulSoup(page, "html.parser").h1.text, table["visitors"].sum())
              table.to_html("/mnt/data/made.html", index=False)
              """,
              "Visitors 1536",
              "made.html",
              c -> assertThat(Written.xml(c).getElementsByTagName("td").getLength()).isEqualTo(6)),
          new Type(
              "ZIP",
              "visits.zip",
              "'visits.csv'",
              """
              import zipfile
              import pandas as pd
              with zipfile.ZipFile("/mnt/data/visits.zip") as archive:
                  print(archive.namelist())
                  table = pd.read_csv(archive.open("visits.csv"))
              with zipfile.ZipFile("/mnt/data/made.zip", "w", zipfile.ZIP_DEFLATED) as made:
                  made.writestr("out/sum.txt", str(table["visitors"].sum()))
              """,
              "['visits.csv', 'scene.svg']",
              "made.zip",
              c -> assertThat(Written.zip(c)).containsEntry("out/sum.txt", "1662")),
          new Type(
              "pickle",
              "visits.pkl",
              "not opened",
              """
              import pickle
              rows = pickle.load(open("/mnt/data/visits.pkl", "rb"))
              print(sum(row["visitors"] for row in rows), rows[0]["date"], rows[0]["price"])
              pickle.dump({"sum": 1662}, open("/mnt/data/made.pkl", "wb"))
              """,
              "1662 2024-01-15 2.5",
              "made.pkl",
              c -> assertThat(Written.pickle(c)).isEqualTo("{'sum': 1662}")),
          new Type(
              "NumPy (.npy)",
              "visitors.npy",
              "shape (12,), values 100.0 to 177.0",
              """
              import numpy as np
              visitors = np.load("/mnt/data/visitors.npy")
              print(visitors.dtype, visitors.sum())
              np.save("/mnt/data/made.npy", visitors.reshape(3, 4))
              """,
              "float64 1662.0",
              "made.npy",
              c -> assertThat(Written.latin(c)).startsWith("\u0093NUMPY").contains("(3, 4)")));
}
