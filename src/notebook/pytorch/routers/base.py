#: independent
# %% [markdown]
# ## Router
# BASE (Lewis et al. 2021): every expert gets equally many tokens, and of all ways to do that one is
# taken whose sum of logits is all but largest. The sigmoid of its logit weighs an expert's answer.

# %%
def balanced_assignment(logits):
    """
    An auction (Bertsekas 1992). Every token without a place bids at the expert it likes best at
    present prices; a full expert keeps its highest bidders, and its price is the lowest bid kept.
    """
    worth = logits.detach().numpy()
    tokens, experts = worth.shape
    places = tokens // experts
    raised = np.float32(worth.max() - worth.min())
    price = np.zeros(experts, worth.dtype)
    bid = np.zeros(tokens, worth.dtype)
    for _ in range(4):  # each time with finer bids
        raised = raised * np.float32(0.25)
        at = np.full(tokens, -1)
        while (at < 0).any():
            free = np.flatnonzero(at < 0)
            left = worth[free] - price
            favourite = left.argmax(1)
            second = np.sort(left, 1)[:, -2]
            at[free] = favourite
            bid[free] = worth[free, favourite] - second + raised
            for expert in range(experts):
                bidders = np.flatnonzero(at == expert)
                if len(bidders) >= places:
                    ranked = bidders[np.argsort(-bid[bidders], kind="stable")]
                    at[ranked[places:]] = -1
                    price[expert] = bid[ranked[places - 1]]
    return F.one_hot(torch.tensor(at), experts).to(logits.dtype)


def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    scores = torch.sigmoid(logits)
    mask = balanced_assignment(logits)
    return {"logits": logits, "scores": scores, "mask": mask, "gates": scores * mask}
