# %% [markdown]
# ## Balance
# How unevenly the experts matter (Shazeer et al. 2017): the squared coefficient of variation of
# their importance, which is the sum of their gates over the batch.

# %%
def balance_loss(routing):
    importance = routing["gates"].sum(0)  # [experts]
    mean = importance.mean()
    return (importance - mean).square().mean() / (mean**2 + 1e-18)
