"""What chance comes to: the mean over five features of the largest cosine between a feature's true
component (its column of a 2 x 5 matrix, zeros elsewhere) and n random components, each the sum of
`rank` products of a random column and a random row; in the mean over many draws (NumPy).

Run: python3 test/reference/chance-cosine.py   (writes chance-cosine.json beside it)
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(1)
DIM, FEATURES, DRAWS = 2, 5, 20_000
cases = []
for rank in (1, 2):
    for components in (1, 5, 8, 12, 20):
        left = rng.normal(size=(DRAWS, components, rank, DIM))
        right = rng.normal(size=(DRAWS, components, rank, FEATURES))
        random = np.einsum("ncrd,ncrf->ncdf", left, right)
        lengths = np.sqrt((random**2).sum(axis=(2, 3), keepdims=True))
        # Any direction in the two dimensions is as good as another: take the first.
        cosines = (random / lengths)[:, :, 0, :]
        value = cosines.max(axis=1).mean()
        cases.append({"components": components, "rank": rank, "value": round(value, 4)})
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n")
