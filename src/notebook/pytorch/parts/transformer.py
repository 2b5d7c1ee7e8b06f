# %%
def rms_norm(x, weight):
    """Divided by the root of the mean square, and scaled channel by channel (Zhang et al. 2019)."""
    return x / torch.sqrt(x.square().mean(-1, keepdim=True) + 1e-6) * weight


def rotated(x, base=10_000):
    """
    Channels 2i and 2i + 1 are a plane, turned by the position (Su et al. 2021): x [..., places,
    width].
    """
    places, width = x.shape[-2:]
    speeds = base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.arange(places, dtype=torch.float64)[:, None] * speeds
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, odd * cos + even * sin], -1).flatten(-2)


def part_seed(seed, part):
    """No two layers start equal."""
    return mix((seed + part * 7919) & 0xFFFFFFFF)
