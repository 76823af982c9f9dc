"""Titles in many scripts draw without boxes, whatever the code has done to the fonts."""

from __future__ import annotations

from typing import Any

import pytest

TEXTS = {
    "Chinese": "销售额 簡體",
    "Japanese": "売上の推移 カタカナ",
    "Korean": "매출 추이",
    "Arabic": "المبيعات",
    "Hindi": "मासिक बिक्री",
    "Thai": "ยอดขาย",
    "Hebrew": "מכירות",
    "Russian": "Продажи",
    "Greek": "Πωλήσεις",
    "Bengali": "বিক্রয়",
    "Tamil": "விற்பனை",
    "emoji": "📈😀🚀❤️✅🎉🔥🤖👍💰🥇",
    "symbols": "€ → ≥ \u22125 ∑ √ ½ ° µ",
}
SETTINGS = {
    "defaults": "",
    "seaborn": "import seaborn; seaborn.set_theme()",
    "a style": "plt.style.use('ggplot')",
    "an absent sans-serif": "plt.rcParams['font.sans-serif'] = ['SimHei']; "
    "plt.rcParams['axes.unicode_minus'] = False",
    "an absent family": "plt.rcParams['font.family'] = 'Arial'",
    "rcdefaults": "plt.rcdefaults()",
}
DRAW = """
import matplotlib.pyplot as plt
{setting}
plt.bar(["a"], [-1]); plt.title({text!r}); plt.xlabel({text!r}); plt.savefig("x.png")
"""


@pytest.mark.parametrize("script", TEXTS)
def test_the_script_draws_without_a_missing_glyph(run: Any, script: str) -> None:
    result = run(DRAW.format(setting="", text=TEXTS[script]))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("setting", SETTINGS)
def test_fallback_fonts_survive_the_setting(run: Any, setting: str) -> None:
    text = TEXTS["Chinese"] + TEXTS["Hindi"] + TEXTS["emoji"]
    result = run(DRAW.format(setting=SETTINGS[setting], text=text))
    assert (result.returncode, result.stderr) == (0, "")


def test_a_character_no_font_has_is_still_reported(run: Any) -> None:
    result = run(DRAW.format(setting="", text="\U0001fae0"))
    assert result.returncode == 0
    assert "missing from font" in result.stderr
