# %%
def within_capacity(mask):
    """The mask without the tokens that came when their expert was full."""
    place = mask.cumsum(0)  # in the expert's queue, from 1
    room = capacity_factor * mask.shape[0] * top_k * (1 + 2**-21)  # rounding must not cost a place
    return mask * (place * experts < room)
