# %% [markdown]
# ## Router
# Straight through (Jang et al. 2016): noise draws the experts, and forward the chosen count fully.
# Backward the gates pretend to be the softmax of the noisy logits, so that experts that were not
# chosen get a gradient, too.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    noisy = logits + gumbel(logits.shape, key, "router.gumbel")
    mask = top_k_mask(noisy, top_k, bias)
    soft = (noisy / temperature).softmax(1)
    gates = mask / top_k + (soft - soft.detach())
    return {"logits": logits, "scores": logits.softmax(1), "mask": mask, "gates": gates}
