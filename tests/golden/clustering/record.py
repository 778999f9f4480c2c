"""Records what scikit-learn and scipy make of drawn vectors: sklearn.json, which the tests of Core compare with.

    /usr/bin/python3 tests/golden/clustering/record.py > tests/golden/clustering/sklearn.json

Vectors are drawn by a linear congruential generator that tests/ImagePipeline.Core.Tests/Clustering/Golden.cs repeats.
"""
import json

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import linkage
from sklearn import metrics
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness


def draw(rows, dimensions, centres, spread, seed):
    """Uniform centres in [-0.5, 0.5], row r around centre r % centres, all in float32."""
    state = seed
    numbers = np.empty((centres + rows) * dimensions, np.float32)
    for i in range(len(numbers)):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        numbers[i] = np.float32(state >> 40) / np.float32(2**24) - np.float32(0.5)
    numbers = numbers.reshape(-1, dimensions)
    return numbers[np.arange(rows) % centres] + np.float32(spread) * numbers[centres:]


def labels(values):
    return [int(value) for value in values]


def main():
    vectors = draw(600, 16, 12, 1.0, 1)
    flat = draw(500, 2, 5, 0.3, 2)
    truth = np.arange(600) % 12
    kmeans = KMeans(12, init=vectors[:12], n_init=1, tol=0, algorithm="lloyd").fit(vectors)
    few = KMeans(7, init=vectors[:7], n_init=1, tol=0, algorithm="lloyd").fit(vectors)
    record = {
        "tool": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}",
        "kmeans": {"labels": labels(kmeans.labels_), "inertia": float(kmeans.inertia_), "iterations": int(kmeans.n_iter_)},
        "silhouette": {
            "euclidean": float(metrics.silhouette_score(vectors, kmeans.labels_)),
            "cosine": float(metrics.silhouette_score(vectors, kmeans.labels_, metric="cosine")),
        },
        "scores": {
            "clusters": labels(few.labels_),
            "nmi": float(metrics.normalized_mutual_info_score(truth, few.labels_)),
            "ari": float(metrics.adjusted_rand_score(truth, few.labels_)),
            "homogeneity": float(metrics.homogeneity_score(truth, few.labels_)),
            "completeness": float(metrics.completeness_score(truth, few.labels_)),
            "v_measure": float(metrics.v_measure_score(truth, few.labels_)),
            "purity": float(metrics.cluster.contingency_matrix(truth, few.labels_).max(axis=0).sum() / len(truth)),
        },
        "agglomerative": {},
        "dbscan": [],
        "pca": {},
    }
    for name in ("single", "complete", "average", "ward"):
        for metric in ("euclidean", "cosine"):
            if name == "ward" and metric == "cosine":
                continue
            merged = linkage(vectors.astype(np.float64), name, metric=metric)
            cut = AgglomerativeClustering(20, linkage=name, metric=metric).fit(vectors)
            distance = float((merged[-30, 2] + merged[-31, 2]) / 2)
            far = AgglomerativeClustering(None, linkage=name, metric=metric, distance_threshold=distance).fit(vectors)
            record["agglomerative"][f"{name} {metric}"] = {
                "heights": [float(height) for height in merged[:, 2]], "sizes": labels(merged[:, 3]),
                "labels": labels(cut.labels_), "distance": distance, "far": labels(far.labels_),
            }
    for data, metric, eps, least in ((flat, "euclidean", 0.03, 5), (flat, "euclidean", 0.02, 3), (vectors, "cosine", 0.3, 4),
                                     (vectors, "euclidean", 0.9, 2)):
        found = DBSCAN(eps=eps, min_samples=least, metric=metric).fit(data)
        record["dbscan"].append({"dimensions": data.shape[1], "metric": metric, "eps": eps, "min_samples": least,
                                 "labels": labels(found.labels_)})
    pca = PCA(2, svd_solver="full").fit(vectors.astype(np.float64))
    record["pca"] = {"variance": [float(v) for v in pca.explained_variance_ratio_],
                     "points": [[float(x) for x in point] for point in pca.transform(vectors.astype(np.float64))[:50]]}
    record["trustworthiness"] = float(trustworthiness(vectors, vectors[:, :2], n_neighbors=10))
    print(json.dumps(record, separators=(",", ":")))


main()
