# %%
def sequence_means(values):
    """Means over so many tokens as are counted together: [tokens, n] → [stretches, n]."""
    return values.reshape(-1, counted_together, values.shape[1]).mean(1)
