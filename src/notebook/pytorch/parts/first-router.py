# %%
def first_router(dim, experts):
    return {"router.weight": normal((dim, experts), dim**-0.5, seed, "router.weight")}
