#: draws
# %% [markdown]
# ## Router
# Routing as a policy (Bengio et al. 2015): k experts are drawn from the softmax, each answer weighs
# 1 / k, and the router learns from how well that went. The task's own gradient does not reach it.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    policy = logits if bias is None else logits + bias
    keys = policy + gumbel(policy.shape, key, "router.sample")
    mask, log_probability = torch.zeros_like(logits), 0
    for drawn in range(1, top_k + 1):
        with_next = top_k_mask(keys, drawn)
        left = policy - 1e9 * mask  # without those drawn before
        chance = ((with_next - mask) * policy).sum(1) - left.logsumexp(1)
        log_probability = log_probability + chance  # [tokens]
        mask = with_next
    return {
        "logits": logits,
        "scores": logits.softmax(1),
        "mask": mask,
        "gates": mask / top_k,
        "log_probability": log_probability,
    }


def policy_loss(routing, costs, baseline):
    """Its gradient is that of the expected cost; the baseline changes nothing but the noise."""
    return ((costs.detach() - baseline) * routing["log_probability"]).mean()
