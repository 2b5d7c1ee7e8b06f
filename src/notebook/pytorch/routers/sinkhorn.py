# %% [markdown]
# ## Router
# S-BASE (Clark et al. 2022): rows and columns of e^(logits / τ) are scaled in turn, until each token
# has weight 1 and each expert as much as the others; the k largest entries of a row are chosen. The
# unscaled scores weigh.

# %%
def balanced(logits):
    """Logits less what makes the columns even: eight rounds of scaling, in logarithms."""
    z = logits.detach() / temperature
    fair = math.log(z.shape[0] / z.shape[1])
    column = torch.zeros(z.shape[1])
    for _ in range(8):
        row = (z - column).logsumexp(1, keepdim=True)
        column = (z - row).logsumexp(0) - fair
    return z - column


def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    scores = logits.softmax(1)
    mask = top_k_mask(balanced(logits), top_k)
    return {"logits": logits, "scores": scores, "mask": mask, "gates": scores * mask}
