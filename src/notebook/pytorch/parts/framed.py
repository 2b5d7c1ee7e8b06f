# %%
def framed(values, reach):
    """As they are where all lie within ±reach, else moved and stretched until they fill it."""
    low, high = values.min(), values.max()
    if max(high, -low) <= reach:
        return values
    return (values - (low + high) / 2) * reach / max((high - low) / 2, 1e-6)
