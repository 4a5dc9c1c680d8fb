"""Writes clustered_rank.json: python rank.py > clustered_rank.json."""

import json

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(5)
cases = []
for m, n, shift, digits in [(12, 15, 0.5, 9), (40, 25, 0.2, 9), (30, 30, 1.0, 0)]:
    x, y = rng.normal(0, 1, m).round(digits), rng.normal(shift, 2, n).round(digits)
    found = stats.brunnermunzel(x, y, distribution="t")
    cases.append({"first": x.tolist(), "second": y.tolist(), "p": float(found.pvalue),
                  "share": float(((y[:, None] > x).mean() + 0.5 * (y[:, None] == x).mean()))})
print(json.dumps({"tool": f"scipy {scipy.__version__} brunnermunzel, numpy {np.__version__}", "cases": cases}, indent=1))
