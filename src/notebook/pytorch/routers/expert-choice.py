# %% [markdown]
# ## Router
# Experts choose tokens (Zhou et al. 2022): each takes the T · k / E tokens that score highest for
# it. The load is even by construction, and a token may get many experts or none.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    scores = logits.softmax(1)
    places = len(x) * top_k // experts
    mask = top_k_mask(scores.T, places).T
    return {"logits": logits, "scores": scores, "mask": mask, "gates": scores * mask}
