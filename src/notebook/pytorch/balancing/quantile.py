# %% [markdown]
# ## Balance
# A selection bias without a step size (Su 2026). A token's cutoff is its (k+1)-th best biased score;
# an expert's new bias is minus the margin over it that a fair share of the tokens exceed, so that on
# this batch, with these cutoffs, each expert would win its fair share.

# %%
def next_bias(bias, counts, routing):
    scores = routing["scores"].detach()
    tokens, experts = scores.shape
    fair = min(tokens - 1, max(1, round(tokens * top_k / experts)))
    cutoff = (scores + bias).topk(top_k + 1, 1).values[:, -1:]  # [tokens, 1]
    margins = (scores - cutoff).T  # [experts, tokens]
    return -margins.topk(fair + 1, 1).values[:, -2:].mean(1)
