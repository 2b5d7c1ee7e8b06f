#: without_weights
# %% [markdown]
# ## Router
# k experts at random for each token, anew at every step: nothing is learned about choosing.

# %%
def route(params, x, key, bias=None):
    shape = (len(x), experts)
    mask = top_k_mask(step_uniform(shape, key, "router.random"), top_k)
    even = torch.full(shape, 1 / experts)
    return {"logits": torch.zeros(shape), "scores": even, "mask": mask, "gates": mask / top_k}
