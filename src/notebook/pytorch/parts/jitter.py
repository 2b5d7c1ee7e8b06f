# %%
def shaken(x, key):
    """Each number times a factor of its own between 1 − jitter and 1 + jitter."""
    return x * (1 + jitter * step_uniform(x.shape, key, "jitter", -1, 1))
