# %% [markdown]
# ## Balance
# ReMoE's penalty on the size of the gates, each expert's weighed by its load.

# %%
def balance_loss(routing):
    load, gates = routing["mask"].mean(0), routing["gates"].mean(0)  # [experts]
    return len(load) / top_k * (load * gates).sum()
