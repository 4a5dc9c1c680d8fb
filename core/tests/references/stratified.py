"""Writes stratified_shares.json: python stratified.py > stratified_shares.json. Uses rates.py for the likelihood."""

import contextlib
import io
import json

import mpmath
import numpy
import statsmodels
from mpmath import mp, mpf
from statsmodels.stats.contingency_tables import StratifiedTable

with contextlib.redirect_stdout(io.StringIO()):
    from rates import mn_variance

z = mp.sqrt(2) * mp.erfinv(mpf("0.95"))


def limits(strata):
    w = [mpf(n1) * n2 / (n1 + n2) for _, n1, _, n2 in strata]
    d = sum(wi * (mpf(x2) / n2 - mpf(x1) / n1) for wi, (x1, n1, x2, n2) in zip(w, strata)) / sum(w)

    def outside(delta):
        v = sum(wi * wi * mn_variance(*s, delta) for wi, s in zip(w, strata))
        return v <= 0 or abs(sum(w) * (d - delta)) / mp.sqrt(v) > z

    def bisect(lo, hi, low):
        for _ in range(60):
            mid = (lo + hi) / 2
            lo, hi = (mid, hi) if outside(mid) == low else (lo, mid)
        return float((lo + hi) / 2)

    return float(d), [bisect(mpf(-1), d, True), bisect(d, mpf(1), False)]


cases = []
for strata in [[(5, 40, 9, 35), (12, 30, 20, 60), (0, 10, 1, 12)], [(3, 100, 9, 80), (40, 50, 45, 52)]]:
    difference, interval = limits(strata)
    tables = [numpy.array([[x2, n2 - x2], [x1, n1 - x1]]) for x1, n1, x2, n2 in strata]
    cases.append({"strata": strata, "difference": difference, "interval": interval,
                  "p": float(StratifiedTable(tables).test_null_odds(correction=False).pvalue)})
print(json.dumps({"tool": f"statsmodels {statsmodels.__version__} StratifiedTable.test_null_odds (p), mpmath {mpmath.__version__} "
                          "(interval: likelihood and limits by bisection)", "cases": cases}, indent=1))
