"""Times ImagePipeline beside imagehash and imagededup on the same files and cores, rounds alternating.

    python3 compare.py FOLDER --imagehash DIR [--imagededup DIR] --ours imagepipeline.dll [--rounds 3]

DIR are checkouts of github.com/JohannesBuchner/imagehash and github.com/idealo/imagededup; Pillow, numpy and scipy come from the
system. Every pass is a process of its own, start included. imagededup's package imports PyTorch and more for its other methods: only
its hashing part is loaded, with empty modules in place of those, and its search is its own pure-Python BK-tree, since its compiled
extension is not built here.
"""
import argparse
import glob
import json
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import types

PROCESSES = os.cpu_count()


def hash_one(file):
    import imagehash
    from PIL import Image
    try:
        image = Image.open(file)
        return file, str(imagehash.average_hash(image)), str(imagehash.dhash(image)), str(imagehash.phash(image))
    except OSError:
        return file, None, None, None


def imagehash_pass(folder, checkout):
    sys.path.insert(0, checkout)
    sys.modules.setdefault("pywt", types.ModuleType("pywt"))
    with multiprocessing.Pool(PROCESSES) as pool:
        for row in pool.imap(hash_one, files_of(folder), chunksize=16):
            print(json.dumps(row))


def imagededup_pass(folder, checkout):
    sys.path.insert(0, checkout)
    root = os.path.join(checkout, "imagededup")
    for name in ("imagededup", "imagededup.methods", "imagededup.utils"):
        package = types.ModuleType(name)
        package.__path__ = [root + name.removeprefix("imagededup").replace(".", "/")]
        sys.modules[name] = package
    for name in ("pywt", "sklearn", "sklearn.metrics", "sklearn.metrics.pairwise", "brute_force_cython_ext", "tqdm"):
        if name not in sys.modules:
            sys.modules[name] = types.ModuleType(name)
    sys.modules["sklearn.metrics.pairwise"].cosine_similarity = None
    sys.modules["tqdm"].tqdm = lambda items, **_: items
    from imagededup.methods.hashing import PHash
    hasher = PHash(verbose=False)
    codes = hasher.encode_images(image_dir=folder, recursive=True, num_enc_workers=PROCESSES)
    found = hasher.find_duplicates(encoding_map=codes, max_distance_threshold=10, search_method="bktree",
                                   num_dist_workers=PROCESSES)
    print(json.dumps({"images": len(codes), "with duplicates": sum(1 for others in found.values() if others)}))


def files_of(folder):
    return sorted(file for file in glob.glob(folder + "/**/*", recursive=True) if os.path.isfile(file))


def timed(command):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    output = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return output, seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def our_run(ours, folder):
    data = tempfile.mkdtemp(prefix="ip-peers-")
    output, seconds, cpu = timed(["dotnet", ours, "run", folder, "--data", data, "--json", "--no-progress"])
    with open(data + "/db/endpoint.json", encoding="utf-8") as endpoint:
        server = json.load(endpoint)["pid"]
    with open(f"/proc/{server}/stat", encoding="utf-8") as stat:
        ticks = stat.read().rsplit(")", 1)[1].split()
    cpu += sum(map(int, ticks[11:15])) / os.sysconf("SC_CLK_TCK")
    os.kill(server, 15)
    time.sleep(1)
    shutil.rmtree(data, ignore_errors=True)
    return output, seconds, cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--imagehash", required=True)
    parser.add_argument("--imagededup")
    parser.add_argument("--ours", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["imagehash", "imagededup"], help="one pass of a peer; used from within")
    options = parser.parse_args()
    if options.only == "imagehash":
        return imagehash_pass(options.folder, options.imagehash)
    if options.only == "imagededup":
        return imagededup_pass(options.folder, options.imagededup)

    files = files_of(options.folder)
    again = [sys.executable, *sys.argv, "--only"]
    contenders = {
        "imagehash aHash+dHash+pHash": lambda: timed([*again, "imagehash"]),
        "ours, hash (those and PDQ)": lambda: timed(["dotnet", options.ours, "hash", *files, "--json"]),
        "ours, run (hash, embed, copies, database)": lambda: our_run(options.ours, options.folder),
    }
    if options.imagededup:
        contenders["imagededup PHash, find_duplicates"] = lambda: timed([*again, "imagededup"])
    times, outputs = {name: [] for name in contenders}, {}
    for _ in range(options.rounds):
        for name, contender in contenders.items():
            outputs[name], *used = contender()
            times[name].append(used)
    print(f"{len(files)} files, {PROCESSES} processors, medians of {options.rounds} rounds, start of the process included")
    for name, used in times.items():
        seconds, cpu = (statistics.median(column) for column in zip(*used))
        print(f"  {name:42} {seconds:7.1f} s {cpu:7.1f} CPU s {len(files) / seconds:7.0f} files/s")

    theirs = {row[0]: row[1:] for row in map(json.loads, outputs["imagehash aHash+dHash+pHash"].splitlines())}
    ours = {row["file"]: row for row in map(json.loads, outputs["ours, hash (those and PDQ)"].splitlines())}
    for at, name in enumerate(("ahash", "dhash", "phash")):
        both = [(theirs[file][at], ours[file][name]) for file in files if theirs[file][at] and name in ours[file]]
        print(f"  {name}: {sum(a == b for a, b in both)} of {len(both)} equal to imagehash's")
    print("  copies: " + "; ".join(f"{name}: {outputs[name].strip()}" for name in outputs if "imagededup" in name)
          + f"; ours: {json.loads(outputs['ours, run (hash, embed, copies, database)'])['duplicates']}")


if __name__ == "__main__":
    main()
