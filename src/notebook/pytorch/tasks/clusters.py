# %% [markdown]
# ## Data
# Tokens come from 16 clusters. The answer has a part that all tokens share, and a smaller one that
# is a linear map of the cluster's own. All tokens share a direction, too, as the hidden states of
# language models do. Each step draws a fresh batch.

# %%
clusters, dim, out = 16, 8, 4
spread, own = 0.5, 0.6  # of a cluster's tokens; size of the answer's part that is its own
own_variance = 2 * own**2  # losses are given in units of it

direction = normal((1, dim), 1, seed, "clusters.shared")
goal = normal((1, out), 1, seed, "clusters.common")
centers = normal((clusters, dim), 1, seed, "clusters.centers")
centers = centers + direction * (common * 4 / direction.norm())
constants = normal((clusters, out), own, seed, "clusters.answers")
constants = constants + goal * (common * 2 * math.sqrt(out) / goal.norm())
maps = normal((clusters, dim, out), own * dim**-0.5, seed, "clusters.maps")

# The r-th cluster is drawn in proportion to 1 / r^skew: where each one's part of [0, 1] ends.
frequencies = np.arange(1, clusters + 1.0) ** -skew
borders = floats(np.cumsum(frequencies / frequencies.sum())[:-1])


def batch(tokens, key):
    """x [tokens, dim] and the answers y [tokens, out]."""
    cluster = (step_uniform((tokens, 1), key, "clusters.ids") > borders).sum(1)
    place = step_normal((tokens, dim), key, "clusters.place")
    x = centers[cluster] + spread * place
    y = constants[cluster] + torch.einsum("td,tdo->to", place, maps[cluster])
    return x, y
