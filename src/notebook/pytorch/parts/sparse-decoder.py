# %% [markdown]
# ## Latent attention and gated experts
# What the layers of a sparse decoder are made of, each with weights from a seed of its own. Latent
# attention (DeepSeek-V2): keys and values of all heads are rebuilt from one short vector a character.
# Positions have channels of their own, one set for all keys.

# %%
def first_latent_attention(width, heads, head_width, rank, rotary, own):
    shapes = {
        "down.keyValue": (width, rank),
        "up.key": (rank, heads * head_width),
        "up.value": (rank, heads * head_width),
        "up.query": (width, heads * head_width),
        "rotary.key": (width, rotary),
        "rotary.query": (width, heads * rotary),
        "output": (heads * head_width, width),
    }
    weights = {
        name: normal(shape, shape[0] ** -0.5, own, f"latent.{name}")
        for name, shape in shapes.items()
    }
    return weights | {"norm.keyValue.weight": torch.ones(rank)}


def latent_attention(p, x, heads):
    """x [rows, places, width] → the same shape; p holds the layer's weights by their short names."""

    def by_head(y, count):
        return y.reshape(*x.shape[:2], count, -1).transpose(1, 2)  # [rows, heads, places, channels]

    latent = rms_norm(x @ p["down.keyValue"], p["norm.keyValue.weight"])
    keys = by_head(latent @ p["up.key"], heads)
    values = by_head(latent @ p["up.value"], heads)
    queries = by_head(x @ p["up.query"], heads)
    turned_key = rotated(by_head(x @ p["rotary.key"], 1))
    turned_queries = rotated(by_head(x @ p["rotary.query"], heads))
    fit = queries @ keys.transpose(2, 3) + turned_queries @ turned_key.transpose(2, 3)
    fit = fit * (queries.shape[-1] + turned_queries.shape[-1]) ** -0.5
    later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    seen = fit.masked_fill(later, -torch.inf).softmax(-1) @ values
    return seen.transpose(1, 2).flatten(2) @ p["output"]


def first_gated_experts(count, width, units, own):
    """SwiGLU experts side by side: their matrices are the columns, or the rows, of one."""
    shapes = {"w1": (width, count * units), "w3": (width, count * units)}
    shapes["w2"] = (count * units, width)
    deviations = {"w1": width**-0.5, "w3": width**-0.5, "w2": units**-0.5}
    return {
        name: normal(shape, deviations[name], own, f"experts.{name}")
        for name, shape in shapes.items()
    }


def gated(x, p, name):
    """SiLU(x W1) · x W3, the units of a SwiGLU network."""
    return F.silu(x @ p[f"{name}w1"]) * (x @ p[f"{name}w3"])


def with_name(start, weights):
    """The weights under a name."""
    return {f"{start}.{name}": weight for name, weight in weights.items()}
