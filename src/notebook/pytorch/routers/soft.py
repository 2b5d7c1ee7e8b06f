#: slots
# %% [markdown]
# ## Router
# Soft MoE (Puigcerver et al. 2023): no choice at all. Each slot reads a weighed mean of all tokens,
# its expert answers, and each token reads a weighed mean of all slots' answers.

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, slots]
    dispatch = logits.T.softmax(1)  # each slot's weights over the tokens
    combine = logits.softmax(1)  # each token's weights over the slots
    scores = combine.reshape(len(x), experts, slots_per_expert).sum(2)
    return {
        "logits": logits.reshape(len(x), experts, slots_per_expert).logsumexp(2),
        "scores": scores,
        "mask": torch.ones_like(scores),
        "gates": scores,
        "dispatch": dispatch,
        "combine": combine,
    }


def through_slots(params, x, routing):
    """A slot is a token whose gate is 1 at the slot's own expert."""
    own = torch.eye(experts).repeat_interleave(slots_per_expert, 0)  # [slots, experts]
    return routing["combine"] @ answers(params, routing["dispatch"] @ x, own)


def first_router(dim, experts):
    slots = experts * slots_per_expert
    return {"router.weight": normal((dim, slots), dim**-0.5, seed, "router.weight")}
