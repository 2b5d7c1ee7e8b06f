# %% [markdown]
# ## Router
# Softmax over all experts; the k largest scores are divided by their sum (Lepikhin et al. 2020).
# With k = 1 the gate is always 1, and the router learns nothing from the task.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    scores = logits.softmax(1)
    mask = top_k_mask(scores, top_k, bias)
    kept = scores * mask
    gates = kept / (kept.sum(1, keepdim=True) + 1e-18)
    return {"logits": logits, "scores": scores, "mask": mask, "gates": gates}
