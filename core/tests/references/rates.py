"""Writes rates.json: scipy and statsmodels where they are right, mpmath where they are not trusted.

Run: python rates.py > rates.json
"""

import json

import mpmath
import numpy
import scipy
import statsmodels
from mpmath import mp, mpf
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep

mp.dps = 40


def exact(k, n):
    ci = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    wilson = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    return {"k": k, "n": n, "clopperPearson": [ci.low, ci.high], "wilson": [wilson.low, wilson.high]}


def mn_variance(x1, n1, x2, n2, d):
    """The likelihood maximised over q1 by root-finding on its derivative, in 40 digits; q2 = q1 + d."""
    low, high = max(mpf(0), -d), min(mpf(1), 1 - d)

    def slope(q):
        r = q + d
        total = mpf(0)
        if x1:
            total += x1 / q
        if n1 - x1:
            total -= (n1 - x1) / (1 - q)
        if x2:
            total += x2 / r
        if n2 - x2:
            total -= (n2 - x2) / (1 - r)
        return total

    lo, hi = low, high
    for _ in range(140):
        mid = (lo + hi) / 2
        if slope(mid) > 0:
            lo = mid
        else:
            hi = mid
    q = (lo + hi) / 2
    r = q + d
    n = n1 + n2
    return (q * (1 - q) / n1 + r * (1 - r) / n2) * n / (n - 1)


def miettinen_nurminen(x1, n1, x2, n2):
    z = mp.sqrt(2) * mp.erfinv(mpf("0.95"))
    d = mpf(x2) / n2 - mpf(x1) / n1

    def bisect(lo, hi, sign):
        for _ in range(110):
            mid = (lo + hi) / 2
            v = mn_variance(x1, n1, x2, n2, mid)
            outside = v <= 0 or abs(d - mid) / mp.sqrt(v) > z
            if outside == (sign < 0):
                lo = mid
            else:
                hi = mid
        return float((lo + hi) / 2)

    low = -1.0 if d == -1 else bisect(mpf(-1), d, -1)
    high = 1.0 if d == 1 else bisect(d, mpf(1), 1)
    return [low, high]


pairs = [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (0, 10, 0, 10), (10, 10, 0, 20),
         (10, 10, 0, 10), (3, 200, 9, 150), (120, 1000, 150, 1000), (1, 3, 2, 3), (500, 100000, 620, 100000)]
differences = []
for x1, n1, x2, n2 in pairs:
    table = StratifiedTable([numpy.array([[x2, n2 - x2], [x1, n1 - x1]])])
    p = 1.0 if x1 + x2 in (0, n1 + n2) else float(table.test_null_odds(correction=False).pvalue)
    low, high = confint_proportions_2indep(x2, n2, x1, n1, compare="diff", method="newcomb")
    differences.append({"first": [x1, n1], "second": [x2, n2], "miettinenNurminen": miettinen_nurminen(x1, n1, x2, n2),
                        "p": p, "newcombe": [low, high]})

poisson = []
for k in [0, 1, 3, 10, 57, 1000, 250000]:
    low = stats.chi2.ppf(0.025, 2 * k) / 2 if k else 0.0
    poisson.append({"k": k, "garwood": [float(low), float(stats.chi2.isf(0.025, 2 * k + 2) / 2)]})

print(json.dumps({
    "tool": f"scipy {scipy.__version__} (wilson, exact, chi2), statsmodels {statsmodels.__version__} (newcomb; the "
            f"Cochran-Mantel-Haenszel test of one table is the score test), mpmath {mpmath.__version__} (miettinenNurminen: "
            "likelihood and limits by bisection in 40 digits)",
    "shares": [exact(k, n) for k, n in [(0, 1), (1, 1), (0, 5), (1, 3), (3, 20), (20, 20), (7, 1000), (99999, 100000)]],
    "differences": differences,
    "poisson": poisson,
}, indent=1))
