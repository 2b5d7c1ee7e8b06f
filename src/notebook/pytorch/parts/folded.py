# %%
def folded(x, folds):
    """The tent map on [0, 1], applied again and again: each fold doubles the teeth."""
    for _ in range(folds):
        x = torch.where(x <= 0.5, 2 * x, 2 - 2 * x)
    return x
