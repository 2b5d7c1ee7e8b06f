# %% [markdown]
# ## Balance
# DeepSeek-V2's loss between experts: each one's share of the assignments times its mean score, within
# so many tokens as are counted together.

# %%
def balance_loss(routing):
    scores = routing["scores"]
    scores = score_shares(scores)  #? independent
    share = sequence_means(routing["mask"]) * scores.shape[1] / top_k
    return (share * sequence_means(scores)).sum(1).mean()
