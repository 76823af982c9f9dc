"""Libraries with threads and state of their own must work in a process that was forked."""


def test_parquet(container):
    code = """
import pandas as pd, numpy as np
df = pd.DataFrame({'a': np.arange(200_000), 'b': ['x'] * 200_000})
df.to_parquet('a.parquet'); print(pd.read_parquet('a.parquet').a.sum())
"""
    assert container.text(code) == f"{sum(range(200_000))}\n"


def test_matrix_products(container):
    code = (
        "import numpy as np; a = np.ones((600, 600))\n"
        "print((a @ a)[0, 0], np.linalg.det(np.eye(300)))"
    )
    assert container.text(code) == "600.0 1.0\n"


def test_opencv(container):
    code = """
import cv2, numpy as np
i = cv2.GaussianBlur(np.full((400, 400, 3), 7, np.uint8), (5, 5), 0); cv2.imwrite('a.png', i)
print(cv2.imread('a.png').mean())
"""
    assert container.text(code) == "7.0\n"


def test_scikit_learn_with_jobs(container):
    code = """
from sklearn.ensemble import RandomForestClassifier
from sklearn.datasets import load_iris
x, y = load_iris(return_X_y=True)
print(RandomForestClassifier(20, n_jobs=2, random_state=0).fit(x, y).score(x, y) > 0.9)
"""
    assert container.text(code) == "True\n"


def test_statsmodels_excel_sqlite_hdf(container):
    code = """
import pandas as pd, numpy as np, sqlite3, statsmodels.api as sm
df = pd.DataFrame({'x': np.arange(20.), 'y': np.arange(20.) * 2 + 1})
df.to_excel('a.xlsx', index=False); df.to_hdf('a.h5', key='t')
with sqlite3.connect('a.db') as db: df.to_sql('t', db)
print(pd.read_excel('a.xlsx').y.sum(), pd.read_hdf('a.h5').y.sum(),
      round(sm.OLS(df.y, sm.add_constant(df.x)).fit().params['x'], 6))
"""
    assert container.text(code) == "400 400.0 2.0\n"
