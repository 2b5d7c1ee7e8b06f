# %% [markdown]
# ## Router
# Switch (Fedus et al. 2021): softmax, one expert per token, weighed by its own probability. What the
# router sees is shaken a little, and its weights start small.

# %%
def route(params, x, key, bias=None):
    logits = shaken(x, key) @ params["router.weight"]  # [tokens, experts]
    scores = logits.softmax(1)
    mask = top_k_mask(scores, 1, bias)
    return {"logits": logits, "scores": scores, "mask": mask, "gates": scores * mask}


def first_router(dim, experts):
    """Normal numbers, those beyond two deviations drawn again."""
    drawn = normals(seed, "router.weight", 2 * dim * experts)
    kept = drawn[np.abs(drawn) <= 2][: dim * experts]
    return {"router.weight": floats(math.sqrt(0.1 / dim) * kept).reshape(dim, experts)}
