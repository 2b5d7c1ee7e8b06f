# %% [markdown]
# ## Balance
# The loss of the Switch Transformer (Fedus et al. 2021): each expert's share of the assignments
# times its mean score, summed up, times the number of experts. 1 where the load is even. Counting
# has no gradient, so that the scores of an expert are pushed down in proportion to its load.

# %%
def balance_loss(routing):
    load = routing["mask"].mean(0) / top_k  # [experts]
    scores = routing["scores"]
    scores = score_shares(scores)  #? independent
    return experts * (load * scores.mean(0)).sum()
