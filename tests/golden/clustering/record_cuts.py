"""Records trees that scipy joins and how it cuts them: cuts.json, which the tests of Core compare with.

    /usr/bin/python3 tests/golden/clustering/record_cuts.py > tests/golden/clustering/cuts.json

The trees themselves are in the record, as scipy's linkage matrices: what is compared is the cutting alone.
Not into nearly as many clusters as vectors, of which maxclust makes one less.
"""
import json

import numpy as np
import scipy
from scipy.cluster.hierarchy import fcluster, linkage


def main():
    random = np.random.default_rng(7)
    vectors = random.normal(size=(12, 6))[np.arange(90) % 12] + 0.4 * random.normal(size=(90, 6))
    gone = np.arange(90) % 7 == 3
    record = {"tool": f"scipy {scipy.__version__}, numpy {np.__version__}", "gone": [int(row) for row in np.flatnonzero(gone)], "trees": []}
    for name in ("single", "complete", "average", "ward"):
        merged = linkage(vectors, name)
        cuts = []
        for clusters in (1, 2, 3, 5, 12, 30, 60):
            labels = fcluster(merged, clusters, "maxclust")
            cuts.append({"clusters": clusters, "largest": int(np.bincount(labels).max()), "labels": [int(label) for label in labels]})
        far = []
        for below in (85, 70, 40, 10, 3):
            distance = float((merged[below - 1, 2] + merged[below, 2]) / 2)
            labels = fcluster(merged, distance, "distance")
            far.append({"distance": distance, "labels": [int(label) for label in labels], "left": [int(label) for label in labels[~gone]]})
        record["trees"].append({
            "linkage": name, "a": [int(a) for a in merged[:, 0]], "b": [int(b) for b in merged[:, 1]],
            "heights": [float(height) for height in merged[:, 2]], "sizes": [int(size) for size in merged[:, 3]], "cuts": cuts, "far": far,
        })
    print(json.dumps(record, separators=(",", ":")))


main()
