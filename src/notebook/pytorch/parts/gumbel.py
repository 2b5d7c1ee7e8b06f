# %%
def gumbel(shape, key, purpose):
    """−log(−log u): added to logits, the largest is a sample from their softmax."""
    u = step_uniform(tuple(shape), key, purpose, 1e-6, 1 - 1e-6)
    return -torch.log(-torch.log(u))
