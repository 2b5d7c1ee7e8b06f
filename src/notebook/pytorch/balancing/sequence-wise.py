# %% [markdown]
# ## Balance
# DeepSeek-V3's loss within a sequence, or within so many as are counted together: each expert's share
# of the assignments that the scores alone would give, times its mean score.

# %%
def balance_loss(routing):
    scores = routing["scores"]
    share = sequence_means(top_k_mask(scores, top_k)) * scores.shape[1] / top_k
    return (share * sequence_means(score_shares(scores))).sum(1).mean()
