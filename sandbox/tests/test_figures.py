import struct

PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\n"


def _size(png):
    assert png.startswith(b"\x89PNG")
    return struct.unpack(">II", png[16:24])


def test_a_figure_that_is_shown_is_an_image(container):
    (parts,) = container.cell(PLOT + "plt.show()").displays("figure")
    width, height = _size(parts["image/png"])
    assert width > 300 and height > 200


def test_a_figure_that_is_left_open_is_shown_once(container):
    assert len(container.cell(PLOT + "None").displays("figure")) == 1
    assert container.cell("1").displays("figure") == []


def test_a_figure_as_last_expression_is_shown_once(container):
    outcome = container.cell(
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(); ax.plot([1]); fig"
    )
    assert sum("image/png" in d for d in outcome.displays()) == 1


def test_two_figures_come_in_order(container):
    code = (
        "import matplotlib.pyplot as plt\n"
        "plt.figure(figsize=(2, 2)); plt.plot([1])\n"
        "plt.figure(figsize=(6, 2)); plt.plot([1])\nplt.show()"
    )
    widths = [_size(d["image/png"])[0] for d in container.cell(code).displays("figure")]
    assert len(widths) == 2 and widths[0] < widths[1]


def test_a_figure_that_was_closed_is_not_shown(container):
    assert container.cell(PLOT + "plt.savefig('a.png'); plt.close()").displays() == []
    assert container.paths() == ["a.png"]


def test_agg_and_inline_backends_chosen_by_the_code_change_nothing(container):
    for line in ("import matplotlib; matplotlib.use('Agg')", "%matplotlib inline"):
        outcome = container.cell(f"{line}\n{PLOT}plt.show()")
        assert len(outcome.displays("figure")) == 1
        assert outcome.stderr == ""


def test_fig_show_works(container):
    outcome = container.cell(
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(); fig.show()"
    )
    assert len(outcome.displays("figure")) == 1


def test_pandas_and_seaborn_draw(container):
    outcome = container.cell(
        "import pandas as pd, seaborn as sns, matplotlib.pyplot as plt\n"
        "df = pd.DataFrame({'x': [1, 2, 3], 'y': [2, 1, 3]})\n"
        "df.plot.bar(x='x', y='y'); plt.show()\nsns.scatterplot(data=df, x='x', y='y'); plt.show()"
    )
    assert len(outcome.displays("figure")) == 2
    assert outcome.stderr == ""


def test_an_error_after_drawing_keeps_the_figure(container):
    outcome = container.cell(PLOT + "1/0")
    assert outcome.status == "error"
    assert len(outcome.displays("figure")) == 1


def test_titles_in_many_scripts_draw_without_a_warning(container):
    outcome = container.cell(PLOT + "plt.title('销售 売上 매출 بيع बिक्री ยอดขาย')\nplt.show()")
    assert len(outcome.displays("figure")) == 1
    assert "Glyph" not in outcome.stderr


def test_what_a_figure_shows_is_told_beside_it(container):
    code = """
import matplotlib.pyplot as plt, pandas as pd
pd.Series([3.5, 4.25, 1], index=['2024-01', '2024-02', '2024-03']).plot(title='Rain')
plt.show()
plt.bar(['a', 'b'], [10, 20]); plt.title('Counts'); plt.show()
plt.plot(range(100)); plt.show()
"""
    told = [d["text/plain"] for d in container.cell(code).displays("figure")]
    told = [(t.decode() if isinstance(t, bytes) else t).splitlines()[1:] for t in told]
    assert told[0][0] == "(The chart 'Rain' shows:"
    assert "2024-01 3.5" in told[0][1]
    assert told[1] == ["(The chart 'Counts' shows:", "a 10, b 20)"]
    assert told[2][1] == "100 points, from 0 to 99)"
