# %%
def max_vio(load):
    """How far the busiest expert is above its fair share, in fair shares (Wang et al. 2024)."""
    return (load.max() * len(load) - 1).item()
