# %% [markdown]
# ## Balance
# No loss (DeepSeek-V3): after each step the selection bias of every expert with more than its fair
# share falls by a fixed rate, and that of every other rises. The bias chooses; it never weighs.

# %%
def next_bias(bias, counts, routing):
    return bias + bias_rate * torch.sign(counts.sum() - counts * len(counts))
