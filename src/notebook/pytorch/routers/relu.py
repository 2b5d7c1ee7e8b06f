#: independent
# %% [markdown]
# ## Router
# ReMoE: the gate is max(0, logit), and an expert is used where it is above 0. Nothing is cut off by
# rank; how many experts a token uses follows from the logits.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    gates = torch.relu(logits)
    mask = (logits > 0).to(x.dtype)
    return {"logits": logits, "scores": gates, "mask": mask, "gates": gates}
