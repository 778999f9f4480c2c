"""Times ImagePipeline's clustering beside scikit-learn's on the same vectors, cores, first centroids and rounds, alternating.

    /usr/bin/python3 clustering.py --ours ImagePipeline.Benchmarks.dll [--rounds 2] [--blas SkylakeX] [TASK…]
    /usr/bin/python3 clustering.py --ours ImagePipeline.Benchmarks.dll --vectors v.npy --labels labels.txt accuracy

TASK is kmeans, average, ward or dbscan; all without any. Every pass is a process of its own; seconds are those of the method, without reading the file;
memory is the peak of the process. --blas names the kernels of OpenBLAS for scikit-learn (OPENBLAS_CORETYPE): by itself it may take those of an old
processor for a new one. `accuracy` groups labelled vectors, scaled to length 1, by both, and prints scores against the labels.
"""
import argparse
import json
import os
import statistics
import sys
import tempfile
import time


def sklearn_pass(method, file, value, rounds, seed):
    import numpy as np
    from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
    vectors = np.load(file)
    count = int(value)
    start, cpu = time.monotonic(), time.process_time()
    inertia = 0.0
    if method == "kmeans" and rounds:
        found = KMeans(count, init=vectors[:count], n_init=1, max_iter=rounds, tol=0, algorithm="lloyd", copy_x=False).fit(vectors)
        inertia = found.inertia_
    elif method == "kmeans":
        found = KMeans(count, n_init=1, random_state=seed, max_iter=100, algorithm="lloyd").fit(vectors)
        inertia = found.inertia_
    elif method == "dbscan":
        found = DBSCAN(eps=value, min_samples=5).fit(vectors)
    else:
        found = AgglomerativeClustering(count, linkage=method).fit(vectors)
    print(json.dumps({"seconds": time.monotonic() - start, "cpu": time.process_time() - cpu, "inertia": float(inertia),
                      "labels": [int(label) for label in found.labels_]}))


def run(command, blas):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write, 1)
        if blas:
            os.environ["OPENBLAS_CORETYPE"] = blas
        os.execvp(command[0], command)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as output:
        text = output.read()
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"{command} failed: {status}")
    result = json.loads(text.splitlines()[-1])
    result["megabytes"] = used.ru_maxrss / 1024
    return result


def ours(program, method, file, value, rounds=0, seed=0):
    return run(["dotnet", program, "clustering-pass", method, file, str(value), str(rounds), str(seed)], None)


def theirs(blas, method, file, value, rounds=0, seed=0):
    return run([sys.executable, os.path.abspath(__file__), "pass", method, file, str(value), str(rounds), str(seed)], blas)


def drawn(rows, dimensions, centres, folder):
    import numpy as np
    random = np.random.default_rng(1)
    file = os.path.join(folder, f"{rows}x{dimensions}.npy")
    middles = random.random((centres, dimensions), np.float32)
    noise = random.random((rows, dimensions), np.float32)
    np.save(file, noise + middles[random.integers(0, centres, rows)])
    return file


def compare(arguments, task, method, file, value, rounds=0):
    from sklearn.metrics import adjusted_rand_score
    first, second = [], []
    for _ in range(arguments.rounds):
        first.append(ours(arguments.ours, method, file, value, rounds))
        second.append(theirs(arguments.blas, method, file, value, rounds))
    middle = {key: [statistics.median(one[key] for one in side) for side in (first, second)] for key in ("seconds", "cpu", "megabytes")}
    ratios = ", ".join(f"{key} {a:.1f} and {b:.1f} ({b / a:.2f} x)" for key, (a, b) in middle.items())
    agreement = adjusted_rand_score(first[0]["labels"], second[0]["labels"])
    inertia = f", inertia {first[0]['inertia'] / second[0]['inertia']:.6f} of theirs" if second[0]["inertia"] else ""
    print(f"{task}: ours and scikit-learn's: {ratios}; adjusted Rand of both {agreement:.4f}{inertia}", flush=True)


def accuracy(arguments, folder):
    import numpy as np
    from sklearn import metrics
    vectors = np.load(arguments.vectors)
    with open(arguments.labels, encoding="utf-8") as lines:
        names = [line.strip() for line in lines]
    truth = np.unique(names, return_inverse=True)[1]
    file = os.path.join(folder, "labelled.npy")
    np.save(file, (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32))
    count = len(set(names))
    print(f"{len(names)} vectors, {count} labels")

    def show(name, labels):
        purity = metrics.cluster.contingency_matrix(truth, labels).max(axis=0).sum() / len(truth)
        print(f"{name}: NMI {metrics.normalized_mutual_info_score(truth, labels):.4f}, purity {purity:.4f}, "
              f"ARI {metrics.adjusted_rand_score(truth, labels):.4f}, {len(set(labels))} clusters", flush=True)

    for method in ("ward", "average"):
        show(f"ours {method} {count}", ours(arguments.ours, method, file, count)["labels"])
        show(f"scikit-learn {method} {count}", theirs(arguments.blas, method, file, count)["labels"])
    for share in (0, 0.1):
        show(f"ours ward, most clusters with a silhouette within {share} of the best", ours(arguments.ours, "cut", file, share)["labels"])
    for other in (64, 128, 181):
        show(f"ours ward {other}", ours(arguments.ours, "ward", file, other)["labels"])
    chosen = int(ours(arguments.ours, "count", file, 0)["inertia"])
    show(f"ours spherical, number chosen ({chosen})", ours(arguments.ours, "spherical", file, chosen)["labels"])
    show("ours hdbscan 3", ours(arguments.ours, "hdbscan", file, 3)["labels"])
    sides = {"ours kmeans": lambda seed: ours(arguments.ours, "kmeans", file, count, 0, seed),
             "scikit-learn kmeans": lambda seed: theirs(arguments.blas, "kmeans", file, count, 0, seed),
             "ours spherical": lambda seed: ours(arguments.ours, "spherical", file, count, 0, seed)}
    for name, side in sides.items():
        found = [side(seed)["labels"] for seed in range(10)]
        purity = [metrics.cluster.contingency_matrix(truth, labels).max(axis=0).sum() / len(truth) for labels in found]
        nmi = [metrics.normalized_mutual_info_score(truth, labels) for labels in found]
        print(f"{name} {count}, mean of 10 seeds: NMI {np.mean(nmi):.4f} (deviation {np.std(nmi):.4f}), purity {np.mean(purity):.4f} "
              f"({np.std(purity):.4f})", flush=True)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "pass":
        sklearn_pass(sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--blas")
    parser.add_argument("--scale", type=float, default=1.0, help="of the numbers of vectors")
    parser.add_argument("--vectors")
    parser.add_argument("--labels")
    parser.add_argument("tasks", nargs="*", default=["kmeans", "average", "ward", "dbscan"])
    arguments = parser.parse_args()

    def rows(count):
        return int(count * arguments.scale)

    with tempfile.TemporaryDirectory() as folder:
        for task in arguments.tasks:
            if task == "kmeans":
                file = drawn(rows(200_000), 256, 300, folder)
                compare(arguments, f"k-means {rows(200_000)} x 256 to 500, 10 rounds", "kmeans", file, 500, 10)
            elif task in ("average", "ward"):
                file = drawn(rows(20_000), 256, 300, folder)
                compare(arguments, f"{task} {rows(20_000)} x 256", task, file, 100)
            elif task == "dbscan":
                file = drawn(rows(20_000), 16, 100, folder)
                compare(arguments, f"DBSCAN {rows(20_000)} x 16", "dbscan", file, 0.8)
            elif task == "accuracy":
                accuracy(arguments, folder)
            else:
                sys.exit(f"'{task}' is no task.")


main()
