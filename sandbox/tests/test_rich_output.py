import json

import pytest


def test_the_last_expression_is_the_result(container):
    assert container.cell("'é' * 3").result == "'ééé'"


def test_a_semicolon_hides_the_result(container):
    assert container.cell("42;").displays() == []


def test_a_data_frame_comes_as_text_and_html(container):
    outcome = container.cell("import pandas as pd; pd.DataFrame({'größe': [1, 2]})")
    (parts,) = outcome.displays("result")
    assert "größe" in parts["text/plain"].decode()
    assert b"<table" in parts["text/html"]


@pytest.mark.parametrize(
    ("code", "mime", "start"),
    [
        ("from IPython.display import HTML; HTML('<b>x</b>')", "text/html", b"<b>x</b>"),
        ("from IPython.display import Markdown; Markdown('# x')", "text/markdown", b"# x"),
        ("from IPython.display import SVG; SVG('<svg></svg>')", "image/svg+xml", b"<svg"),
        ("from PIL import Image; Image.new('RGB', (3, 2))", "image/png", b"\x89PNG"),
        (
            "import io; from PIL import Image as I; from IPython.display import Image\n"
            "b = io.BytesIO(); I.new('RGB', (3, 2)).save(b, 'JPEG'); Image(b.getvalue())",
            "image/jpeg",
            b"\xff\xd8",
        ),
        ("import sympy; sympy.sqrt(8)", "text/latex", b"$"),
        (
            "import plotly.express as px; px.line(x=[1, 2], y=[3, 4])",
            "text/plain",
            b"<plotly figure: scatter>",
        ),
    ],
)
def test_a_display_hook_gives_its_type(container, code, mime, start):
    (parts,) = container.cell(code).displays()
    assert parts[mime].startswith(start)


def test_json_is_json(container):
    (parts,) = container.cell("from IPython.display import JSON; JSON({'a': [1, 2]})").displays()
    assert json.loads(parts["application/json"]) == {"a": [1, 2]}


def test_sympy_prints_as_text_too(container):
    assert container.cell("import sympy as s; x = s.Symbol('x'); s.expand((x+1)**2)").result


def test_plotly_show_gives_its_json(container):
    outcome = container.cell("import plotly.express as px; px.bar(x=['a'], y=[3]).show()")
    (parts,) = outcome.displays()
    assert json.loads(parts["application/vnd.plotly.v1+json"])["data"][0]["type"] == "bar"


def test_display_of_several_things_keeps_their_order(container):
    outcome = container.cell("display(1, 'two'); 3")
    texts = [d["text/plain"] for d in outcome.displays()]
    assert texts == [b"1", b"'two'", b"3"]


def test_clear_output_is_told(container):
    kinds = container.cell("from IPython.display import clear_output; clear_output()").kinds
    assert kinds == ["clear", "done"]


def test_a_display_that_is_too_large_says_so(container):
    code = "from IPython.display import HTML; HTML('x' * 20_000_000)"
    outcome = container.cell(code)
    assert outcome.status == "ok"
    assert sum(len(v) for d in outcome.displays() for v in d.values()) < 1_000_000


def test_a_repr_that_raises_is_an_error_of_the_cell(container):
    outcome = container.cell("class A:\n  def __repr__(self): raise ValueError('no')\nA()")
    assert outcome.error["ename"] == "ValueError"
    assert container.cell("1").result == "1"
