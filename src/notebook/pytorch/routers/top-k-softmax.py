# %% [markdown]
# ## Router
# The k largest logits are chosen, and their softmax weighs the answers (Jiang et al. 2024). With
# k = 1 the gate is always 1, and the router learns nothing from the task.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    scores = logits.softmax(1)
    mask = top_k_mask(scores, top_k, bias)
    gates = (logits + (mask - 1) * 1e9).softmax(1) * mask
    return {"logits": logits, "scores": scores, "mask": mask, "gates": gates}
