# %% [markdown]
# ## Attention and gated networks
# What a decoder's layers are made of, each layer with weights from a seed of its own.

# %%
def first_attention(width, own):
    return {
        name: normal((width, width), width**-0.5, own, f"attention.{name}")
        for name in ["query", "key", "value", "output"]
    }


def attention(p, x, heads):
    """Every place looks at itself and at those before it: x [rows, places, width]."""

    def by_head(y):
        return y.reshape(*x.shape[:2], heads, -1).transpose(1, 2)  # [rows, heads, places, channels]

    queries, keys = rotated(by_head(x @ p["query"])), rotated(by_head(x @ p["key"]))
    later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    fit = queries @ keys.transpose(2, 3) * queries.shape[-1] ** -0.5
    seen = fit.masked_fill(later, -torch.inf).softmax(-1) @ by_head(x @ p["value"])
    return seen.transpose(1, 2).flatten(2) @ p["output"]


def first_network(width, hidden, own):
    shapes = {"w1": (width, hidden), "w3": (width, hidden), "w2": (hidden, width)}
    return {
        name: normal(shape, shape[0] ** -0.5, own, f"feedForward.{name}")
        for name, shape in shapes.items()
    }


def gated_network(p, x):
    """SwiGLU (Shazeer 2020): one product opens or shuts the units of the other."""
    return (F.silu(x @ p["w1"]) * (x @ p["w3"])) @ p["w2"]
