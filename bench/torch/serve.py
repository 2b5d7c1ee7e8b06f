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


class Running:
    def __init__(self, case):
        self.params = {name: value.requires_grad_() for name, value in tensors(case["params"]).items()}
        self.data = tensors(case["data"])
        self.loss = LOSSES[case["model"]]
        self.config = case["config"]
        self.optimizer = torch.optim.Adam(self.params.values(), lr=case["learningRate"], betas=(0.9, 0.999), eps=1e-8)

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


def main():
    running = None
    print(json.dumps({"ready": f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == "open":
            running = Running(request["case"])
            answer = {}
        else:
            answer = running.run(request["count"], request["which"])
        print(json.dumps(answer), flush=True)


main()
