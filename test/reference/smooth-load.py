"""Reference numbers of the smooth-load loss where the noise nearly vanishes (NumPy).

Logits, the raw numbers whose softplus is the noise's deviation, and the noise itself → the squared
coefficient of variation of the experts' smooth load, and its gradient in logits and raw numbers.
Deviations reach from 1.3 down to e^-120, which single precision holds as 0. Derivatives forward,
one number at a time, with the choices as they are. shazeer2017, eq. 8-11.

Run: python3 test/reference/smooth-load.py   (writes smooth-load.json beside it)
"""

import json
import math
import pathlib

import numpy as np

rng = np.random.default_rng(11)
TOKENS, EXPERTS = 10, 5

logits = rng.normal(size=(TOKENS, EXPERTS)).round(3)
raw = rng.normal(size=(TOKENS, EXPERTS)).round(3)
raw[1] = -120
raw[2] = [-120, 0.4, -95, -30, 0.1]
raw[3] = [-95, -95, -105, -110, 1.0]
raw[4] = [-20, -25, -30, 0.3, -120]
noise = rng.normal(size=(TOKENS, EXPERTS)).round(3)


def smooth_load(k, d_logits, d_raw):
    """The loss, and its derivative when logits and raw numbers move by d_logits and d_raw."""
    deviation, d_deviation = np.log1p(np.exp(raw)), d_raw / (1 + np.exp(-raw))
    noisy, d_noisy = logits + deviation * noise, d_logits + d_deviation * noise
    order = np.argsort(-noisy, axis=1, kind="stable")
    load, d_load = np.zeros(EXPERTS), np.zeros(EXPERTS)
    for t in range(TOKENS):
        for e in range(EXPERTS):
            rival = order[t, k if e in order[t, :k] else k - 1]
            z = (logits[t, e] - noisy[t, rival]) / deviation[t, e]
            load[e] += 0.5 * math.erfc(-z / math.sqrt(2))
            density = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) if abs(z) < 50 else 0
            if density:  # where it is 0, nothing moves the probability
                d_z = d_logits[t, e] - d_noisy[t, rival] - z * d_deviation[t, e]
                d_load[e] += density * d_z / deviation[t, e]
    mean, d_mean = load.mean(), d_load.mean()
    off, d_off = load - mean, d_load - d_mean
    variance, d_variance = (off**2).mean(), (2 * off * d_off).mean()
    return variance / mean**2, d_variance / mean**2 - 2 * variance * d_mean / mean**3


def gradient(of, k):
    result = np.zeros((TOKENS, EXPERTS))
    for place in np.ndindex(result.shape):
        moved = {"logits": np.zeros(result.shape), "raw": np.zeros(result.shape)}
        moved[of][place] = 1
        result[place] = smooth_load(k, moved["logits"], moved["raw"])[1]
    return result


cases = []
for k in (1, 2):
    value, _ = smooth_load(k, np.zeros(logits.shape), np.zeros(raw.shape))
    by = {of: gradient(of, k) for of in ("logits", "raw")}
    assert all(np.isfinite(g).all() for g in by.values())
    cases.append(
        {"topK": k, "value": value, "gradLogits": by["logits"].tolist(), "gradRaw": by["raw"].tolist()}
    )

out = {"logits": logits.tolist(), "raw": raw.tolist(), "noise": noise.tolist(), "cases": cases}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out))
