"""Records what scikit-learn's IsotonicRegression makes of drawn shares: sklearn.json, which the tests of Core compare with.

    /usr/bin/python3 tests/golden/calibration/record.py > tests/golden/calibration/sklearn.json

Shares and weights are in the record, so that only the regression is compared: shares without ties, with many ties, all in order, all in the
wrong order, and one alone.
"""

import json
import random

import numpy
import sklearn
from sklearn.isotonic import IsotonicRegression


def fitted(shares, weights):
    fit = IsotonicRegression(increasing=False).fit(numpy.arange(len(shares)), shares, sample_weight=weights)
    return [float(value) for value in fit.predict(numpy.arange(len(shares)))]


def case(shares, weights):
    return {"shares": shares, "weights": weights, "fitted": fitted(shares, weights)}


def main():
    draw = random.Random(20)
    falling = [1 / (1 + 2.718 ** ((at - 60) / 12)) for at in range(120)]
    noisy = [round(min(1, max(0, share + draw.gauss(0, 0.2))), 6) for share in falling]
    coarse = [round(share * 4) / 4 for share in noisy]
    weights = [round(10 ** draw.uniform(-1, 3), 3) for _ in falling]
    cases = [
        case(noisy, weights), case(noisy, [1.0] * 120), case(coarse, weights), case(falling, weights),
        case(falling[::-1], weights), case([0.25], [2.0]),
    ]
    print(json.dumps({"tool": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}", "cases": cases}))


main()
