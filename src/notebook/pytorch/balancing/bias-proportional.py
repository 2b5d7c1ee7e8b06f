# %% [markdown]
# ## Balance
# The selection bias moves by how far an expert is from its fair share (Wang et al. 2024), instead of
# by the sign alone. The bias chooses; it never weighs.

# %%
def next_bias(bias, counts, routing):
    return bias + bias_rate * (1 - len(counts) * counts / counts.sum())
