# %%
def router_z_loss(routing):
    """Mean square of the log-sum-exp of a token's logits: keeps them small (Zoph et al. 2022)."""
    return routing["logits"].logsumexp(1).square().mean()
