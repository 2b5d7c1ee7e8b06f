# %% [markdown]
# ## Balance
# The router z-loss alone, which keeps logits small and says nothing about balance.

# %%
def balance_loss(routing):
    return router_z_loss(routing)
