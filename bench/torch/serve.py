"""PyTorch on the CPU, as one of the benchmark's systems: a request a line in, an answer a line out.

As a PyTorch user would write it: eager, sparse where that is natural (each expert computes the rows
that chose it), torch.optim.Adam. Started by bench/torch.mjs.
"""

import base64
import json
import sys
import time

import numpy as np
import torch

import classifier
import fit
import transformer

LOSSES = {"classifier": classifier.loss, "fit": fit.loss, "transformer": transformer.loss}


def tensors(numbers):
    """Numbers as the page exports them: base64 of little-endian words."""
    return {
        name: torch.from_numpy(
            np.frombuffer(base64.b64decode(entry["data"]), dtype="<f4" if entry["dtype"] == "float32" else "<i4")
            .reshape(entry["shape"])
            .copy()
        )
        for name, entry in numbers.items()
    }


def apart(params, experts):
    """Every expert's weights as parameters of their own, as a list of modules would have them.

    Parts of one long parameter would each bring a gradient of the whole length.
    """
    leaves = {}
    for name, value in params.items():
        if ".w1" in name or ".w3" in name or ".b1" in name:
            parts = value.chunk(experts, dim=-1)
        elif ".w2" in name or ".b2" in name:
            parts = value.chunk(experts, dim=0)
        else:
            leaves[name] = value.requires_grad_()
            continue
        for expert, part in enumerate(parts):
            leaves[f"{name}.{expert}"] = part.contiguous().requires_grad_()
    return leaves


class Running:
    def __init__(self, case):
        self.params = apart(tensors(case["params"]), case["config"].get("experts"))
        self.data = tensors(case["data"])
        self.loss = LOSSES[case["model"]]
        self.config = case["config"]
        self.optimizer = torch.optim.Adam(self.params.values(), lr=case["learningRate"], betas=(0.9, 0.999), eps=1e-8, foreach=True)

    def run(self, count, which):
        losses = []
        started = time.perf_counter()
        for _ in range(count):
            self.optimizer.zero_grad()
            loss = self.loss(self.config, self.params, self.data)
            loss.backward()
            self.optimizer.step()
            losses.append(loss.detach())
        values = [float(loss) for loss in losses]
        return {"stepMs": (time.perf_counter() - started) * 1000 / count, "losses": values if which == "all" else values[-1:]}


def blas():
    """Which library multiplies matrices: it makes a factor of six."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    try:
        with open("/proc/self/maps") as maps:
            loaded = sorted({line.split("/")[-1].strip() for line in maps if "blas" in line.lower()})
    except OSError:
        return "unknown"
    known = [name for name in loaded if "openblas" in name or "mkl" in name]
    return known[0] if known else "the reference BLAS, which is slow" if loaded else "its own"


def main():
    running = None
    about = f"PyTorch {torch.__version__}, threads: {torch.get_num_threads()}, products by {blas()}"
    print(json.dumps({"ready": about}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == "open":
            running = Running(request["case"])
            answer = {}
        else:
            answer = running.run(request["count"], request["which"])
        print(json.dumps(answer), flush=True)


main()
