#: independent
# %% [markdown]
# ## Router
# DeepSeek-V3: a sigmoid scores each expert by itself, score plus bias chooses the k experts, and the
# raw scores of the chosen, divided by their sum, weigh them.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    scores = torch.sigmoid(logits)
    mask = top_k_mask(scores, top_k, bias)
    kept = scores * mask
    gates = kept / (kept.sum(1, keepdim=True) + 1e-18)
    return {"logits": logits, "scores": scores, "mask": mask, "gates": gates}
