# %%
def score_shares(scores):
    """A token's scores as shares of their sum: made one by one, they could all shrink together."""
    return scores / (scores.sum(1, keepdim=True) + 1e-18)
