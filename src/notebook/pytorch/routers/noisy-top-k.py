# %% [markdown]
# ## Router
# Normal noise with a learned deviation moves the logits before the k largest are kept and softmaxed
# among themselves (Shazeer et al. 2017).

# %%
def route(params, x, key, bias=None):
    logits = x @ params["router.weight"]  # [tokens, experts]
    deviation = F.softplus(x @ params["router.noise"])
    noisy = logits + deviation * step_normal(tuple(logits.shape), key, "router.noise")
    scores = noisy.softmax(1)
    mask = top_k_mask(noisy if bias is None else scores, top_k, bias)
    gates = (noisy + (mask - 1) * 1e9).softmax(1) * mask
    return {"logits": logits, "scores": scores, "mask": mask, "gates": gates}


def first_router(dim, experts):
    return {
        "router.weight": normal((dim, experts), 0.01, seed, "router.weight"),
        "router.noise": normal((dim, experts), 0.01, seed, "router.noise"),
    }
