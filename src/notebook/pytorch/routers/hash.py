#: by_identity
#: without_weights
# %% [markdown]
# ## Router
# A fixed random table sends each token to its experts by what it is (Roller et al. 2021). Nothing is
# learned about choosing.

# %%
def hash_table(seed):
    """[1024 identities, experts]: 1 at as many experts as a token gets."""
    drawn = uniforms(seed, "router.hash", 1024 * experts).reshape(1024, experts)
    order = np.argsort(drawn, 1, kind="stable")
    return torch.zeros(1024, experts).scatter(1, torch.tensor(order[:, :top_k]), 1.0)


def route(params, x, key, bias=None, identities=None):
    mask = hash_table(key[0])[identities % 1024]
    even = torch.full(mask.shape, 1 / experts)
    return {"logits": mask * 0, "scores": even, "mask": mask, "gates": mask / top_k}
