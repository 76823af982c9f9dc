"""The cells that are timed, the same for Sandglass and its peer."""

FIRST = "print(1 + 1)"

CELL = "1 + 1"

ANALYSIS = """
import pandas as pd
table = pd.DataFrame({"product": list("abcd") * 250, "units": range(1000)})
print(table.groupby("product")["units"].sum())
""".strip()

CHART = """
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
axes.plot([3, 1, 4, 1, 5, 9, 2, 6])
axes.set_title("First chart")
plt.show()
""".strip()
