"""Make a review's folder: what is out of date is run and published, and the whole is swapped in at once.

In comes a request (a review file, a data folder, runs asked for), checked before anything runs (`checks`); hashes of
what runs come from (`inputs`) are compared with what stands there (`manifest`, `plan`, `state`). Out comes a folder in
outputs/ with its manifest; one that fails leaves the last good one alone.

>>> from evaluation.building.inputs import hash_json
>>> hash_json({"place": "Ontario", "year": 2024}) == hash_json({"year": 2024, "place": "Ontario"})
True
"""
