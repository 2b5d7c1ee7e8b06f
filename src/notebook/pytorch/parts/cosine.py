# %%
def cosine(step, start, end, floor=0):
    """Half a cosine: 1 up to the step `start`, `floor` from the step `end` on."""
    past = min(max((step - start) / (end - start), 0), 1)
    return floor + (1 - floor) * (1 + math.cos(math.pi * past)) / 2


def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
