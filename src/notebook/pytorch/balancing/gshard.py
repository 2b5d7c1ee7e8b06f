# %% [markdown]
# ## Balance
# GShard's loss (Lepikhin et al. 2020): the share of tokens whose first choice is the expert, times its
# mean score. Second choices do not count.

# %%
def balance_loss(routing):
    scores = routing["scores"]
    first = top_k_mask(scores, 1)
    scores = score_shares(scores)  #? independent
    return scores.shape[1] * (first.mean(0) * scores.mean(0)).sum()
