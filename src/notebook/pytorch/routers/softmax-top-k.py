# %% [markdown]
# ## Router
# Softmax over all experts; the k largest scores stay as they are and weigh the answers. A gate says
# how sure the router was.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    scores = logits.softmax(1)
    mask = top_k_mask(scores, top_k, bias)
    return {"logits": logits, "scores": scores, "mask": mask, "gates": scores * mask}
