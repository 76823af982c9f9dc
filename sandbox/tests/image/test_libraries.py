# ruff: noqa: E501 (the cases are short programs, one thought a line)
"""The libraries of the image import, work, and can't be fooled by an absent home."""

from __future__ import annotations

from typing import Any

import pytest

MODULES = """numpy pandas scipy.stats scipy.optimize scipy.signal matplotlib.pyplot seaborn plotly.express
plotly.graph_objects sympy sklearn.linear_model sklearn.ensemble sklearn.cluster sklearn.model_selection
statsmodels.api statsmodels.formula.api PIL.Image cv2 openpyxl xlrd xlsxwriter pyarrow pyarrow.parquet
pyarrow.dataset h5py tables lxml.etree lxml.html bs4 pypdf pdfplumber pymupdf fitz docx pptx
reportlab.pdfgen.canvas reportlab.platypus cairosvg networkx tabulate IPython sqlite3 ssl lzma bz2 zoneinfo
ctypes curses readline decimal xml.etree.ElementTree multiprocessing""".split()

CASES = {
    "pandas fills in place": """
import pandas as pd
df = pd.DataFrame({"a": [1.0, None]}); df["a"].fillna(0, inplace=True); assert df["a"].sum() == 1
s = pd.Series(range(48), index=pd.date_range("2024-01-01", periods=48, freq="H"))
assert len(s.resample("D").sum()) == 2
""",
    "pandas reads and writes Excel": """
import pandas as pd
df = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
df.to_excel("a.xlsx", index=False); df.to_excel("b.xlsx", engine="xlsxwriter", index=False)
assert pd.read_excel("a.xlsx").equals(df) and pd.read_excel("b.xlsx").equals(df)
""",
    "pandas reads and writes Parquet, Feather and HDF5": """
import pandas as pd
df = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})
df.to_parquet("a.parquet"); assert pd.read_parquet("a.parquet").equals(df)
df.to_feather("a.feather"); assert pd.read_feather("a.feather").equals(df)
df.to_hdf("a.h5", key="k", complib="blosc2:zstd", complevel=3); assert pd.read_hdf("a.h5", "k").equals(df)
""",
    "pyarrow reads CSV and datasets": """
import pyarrow.csv as c, pyarrow.dataset as d, pyarrow.parquet as p
open("x.csv", "w").write("a,b\\n1,2\\n"); t = c.read_csv("x.csv"); p.write_table(t, "x.parquet")
assert d.dataset("x.parquet").to_table().num_rows == 1
""",
    "h5py": """
import h5py
with h5py.File("x.h5", "w") as f: f["d"] = [1, 2, 3]
with h5py.File("x.h5") as f: assert f["d"][:].sum() == 6
""",
    "plotly writes HTML that stands alone": """
import re
import plotly.express as px
import plotly.graph_objects as go
from plotly.subplots import make_subplots
figure = make_subplots(rows=2, cols=1, subplot_titles=("Sales", "Products"))
figure.add_trace(go.Scatter(x=[1, 2], y=[3, 1]), row=1, col=1)
figure.add_trace(go.Bar(x=["a"], y=[1]), row=2, col=1)
figure.write_html("p.html"); px.bar(x=["a"], y=[1]).write_html("q.html")
for name in ("p.html", "q.html"):
    page = open(name).read()
    tags = re.findall("<(?:script|link|img|iframe)[^>]*>", re.sub(r"(?s)(<script[^>]*>).*?</script>", r"\\1", page))
    assert tags and not any("src=" in tag or "href=" in tag for tag in tags), tags
    assert "plotly.js v" in page and "Plotly.newPlot(" in page and len(page) > 1_000_000
""",
    "Matplotlib, Seaborn and pandas draw the guide's charts": """
import numpy as np, pandas as pd, seaborn as sns, matplotlib.pyplot as plt
from PIL import Image
rng = np.random.default_rng(0)
t = pd.DataFrame({"category": list("abcd") * 25, "price": rng.uniform(1, 9, 100), "quantity": rng.integers(1, 50, 100)})
t["revenue"] = t.price * t.quantity
fig, axes = plt.subplots(2, 2)
t.groupby("category").revenue.sum().plot.bar(ax=axes[0, 0]); t.groupby("category").quantity.sum().plot.pie(ax=axes[0, 1])
axes[1, 0].scatter(t.price, t.quantity); sns.boxplot(t, x="category", y="revenue", ax=axes[1, 1])
fig.savefig("charts.png"); plt.figure(); sns.heatmap(t.corr(numeric_only=True), annot=True); plt.savefig("heat.png")
assert all(len(Image.open(n).convert("L").getcolors()) > 20 for n in ("charts.png", "heat.png"))
""",
    "the guide's problems are solved": """
import math, numpy as np, sympy as sp
from scipy import integrate, optimize, stats
assert round(10000 * math.pow(1.05, 10), 2) == 16288.95
assert np.allclose(sorted(np.roots([1, -6, 11, -6])), [1, 2, 3])
assert abs(integrate.quad(lambda x: x**2 + 2 * x + 1, 0, 5)[0] - (125 / 3 + 25 + 5)) < 1e-9
x, y = sp.symbols("x y"); assert sp.solve([2 * x + 3 * y - 12, x - y - 1]) == {x: 3, y: 2}
assert abs(optimize.brentq(lambda v: v**2 - 2, 0, 2) - 2**0.5) < 1e-9
assert stats.ttest_ind([1, 2, 3, 4], [11, 12, 13, 14]).pvalue < 0.001
""",
    "data is prepared and a line fitted with scikit-learn": """
import numpy as np, pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
rng = np.random.default_rng(1); n = 400
t = pd.DataFrame({"size": rng.uniform(40, 200, n), "area": rng.choice(list("xyz"), n)})
price = 1000 * t["size"] + t["area"].map({"x": 0, "y": 50_000, "z": 9_000}); t.loc[::40, "size"] = None
model = make_pipeline(ColumnTransformer([("n", make_pipeline(SimpleImputer(), StandardScaler()), ["size"]), ("c", OneHotEncoder(), ["area"])]), LinearRegression())
a, b, ya, yb = train_test_split(t, price, random_state=0)
assert r2_score(yb, model.fit(a, ya).predict(b)) > 0.9 and len(model[-1].coef_) == 4
""",
    "an image is resized to 800x600 and blurred, by Pillow and by OpenCV": """
import cv2, numpy as np
from PIL import Image, ImageFilter
Image.effect_noise((320, 200), 90).convert("RGB").save("photo.jpg")
small = Image.open("photo.jpg").resize((800, 600)); small.filter(ImageFilter.GaussianBlur(6)).save("a.jpg")
cv2.imwrite("b.jpg", cv2.GaussianBlur(cv2.resize(cv2.imread("photo.jpg"), (800, 600)), (25, 25), 0))
for name in ("a.jpg", "b.jpg"):
    blurred = Image.open(name); assert blurred.size == (800, 600)
    assert np.asarray(blurred).std() < 0.6 * np.asarray(small).std()
""",
    "CairoSVG draws text": """
import cairosvg, io
from PIL import Image
svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><text y="30" font-size="30">Abc</text></svg>'
image = Image.open(io.BytesIO(cairosvg.svg2png(svg.encode())))
assert image.size == (90, 40) and image.getextrema()[3][1] > 200
""",
    "PyMuPDF, pypdf, pdfplumber and reportlab agree": """
from reportlab.pdfgen import canvas
c = canvas.Canvas("x.pdf"); c.drawString(100, 700, "Hello 42"); c.showPage(); c.save()
import pymupdf, pypdf, pdfplumber
assert "Hello 42" in pymupdf.open("x.pdf")[0].get_text()
assert "Hello 42" in pypdf.PdfReader("x.pdf").pages[0].extract_text()
assert "Hello 42" in pdfplumber.open("x.pdf").pages[0].extract_text()
assert pymupdf.open("x.pdf")[0].get_pixmap().width > 500
""",
    "Word and PowerPoint": """
import docx, pptx
d = docx.Document(); d.add_heading("T"); d.add_paragraph("p"); d.save("x.docx")
assert [p.text for p in docx.Document("x.docx").paragraphs] == ["T", "p"]
p = pptx.Presentation(); p.slides.add_slide(p.slide_layouts[0]).shapes.title.text = "T"; p.save("x.pptx")
assert pptx.Presentation("x.pptx").slides[0].shapes.title.text == "T"
""",
    "OpenCV and Pillow": """
import cv2, numpy as np
from PIL import Image, ImageDraw, ImageFont
a = np.zeros((60, 80, 3), np.uint8); cv2.circle(a, (40, 30), 20, (0, 255, 0), -1); cv2.imwrite("x.png", a)
assert cv2.GaussianBlur(cv2.imread("x.png"), (5, 5), 0)[30, 40, 1] == 255
i = Image.new("RGB", (90, 40), "white"); ImageDraw.Draw(i).text((5, 5), "Abc", "black", ImageFont.truetype("arial.ttf", 20))
assert i.getextrema()[0][0] < 50
for kind in ("jpeg", "webp", "gif", "tiff", "bmp"): i.save("x." + kind); Image.open("x." + kind).load()
""",
    "scikit-learn, with its pool": """
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier, HistGradientBoostingClassifier
from sklearn.cluster import KMeans
x, y = load_iris(return_X_y=True)
assert RandomForestClassifier(n_jobs=-1, random_state=0).fit(x, y).score(x, y) > 0.9
assert HistGradientBoostingClassifier(max_iter=5).fit(x, y).score(x, y) > 0.9
assert len(set(KMeans(3, n_init="auto").fit_predict(x))) == 3
""",
    "statsmodels' formulas": """
import pandas as pd, statsmodels.formula.api as smf
m = smf.ols("y ~ x + C(g)", pd.DataFrame({"x": range(30), "y": [2 * i for i in range(30)], "g": list("abc") * 10})).fit()
assert abs(m.params["x"] - 2) < 1e-9 and "R-squared" in str(m.summary())
""",
    "sympy": """
import sympy
x = sympy.symbols("x"); assert sympy.solve(x**2 - 4) == [-2, 2] and sympy.integrate(x, (x, 0, 2)) == 2
""",
    "networkx draws": """
import networkx as nx, matplotlib.pyplot as plt
nx.draw(nx.karate_club_graph()); plt.savefig("g.png")
""",
    "time zones": """
import zoneinfo, datetime as dt, pandas as pd
assert dt.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).utcoffset().seconds == 7200
pd.Timestamp("2024-01-01", tz="Asia/Tokyo")
""",
    "matplotlib writes every format": """
import matplotlib.pyplot as plt
plt.plot([1, -2]); plt.title("销售 मासिक 📈")
for kind in ("png", "svg", "pdf", "jpg"): plt.savefig("x." + kind)
""",
    "IPython runs a cell": """
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
c = Config(); c.HistoryManager.enabled = False
assert InteractiveShell(config=c).run_cell("1 + 1", store_history=True).result == 2
""",
}


@pytest.mark.parametrize("module", MODULES)
def test_the_module_imports_without_a_word(run: Any, module: str) -> None:
    result = run(f"import {module}")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("name", CASES)
def test_it_works(run: Any, name: str) -> None:
    result = run(CASES[name], PYTHONWARNINGS="ignore::DeprecationWarning,ignore::FutureWarning")
    assert result.returncode == 0, result.stderr
    assert result.stderr == "" or name == "IPython runs a cell"


def test_a_read_only_home_costs_no_warning(run: Any) -> None:
    result = run(
        "import matplotlib.pyplot as plt; plt.plot([1]); plt.savefig('/tmp/x.png')", HOME="/usr"
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_nothing_is_left_in_the_data_directory(run: Any) -> None:
    result = run(
        "import matplotlib.pyplot, IPython, seaborn, sklearn, plotly\n"
        "print(os.listdir('/mnt/data'))",
        HOME="/mnt/data",
    )
    assert result.stdout == "[]\n", result.stderr


def test_there_is_no_shell_to_call(run: Any) -> None:
    result = run(
        "import subprocess\n"
        "try: subprocess.run('ls', shell=True)\n"
        "except FileNotFoundError: print('none')\n"
        "try: subprocess.run(['ls'])\n"
        "except FileNotFoundError: print('none')"
    )
    assert result.stdout == "none\nnone\n"
