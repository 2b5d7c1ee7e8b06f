# %%
def drawing(seed, purpose):
    """The same even numbers one after another, where nobody knows how many it will take."""
    key, start = key_of(seed, purpose), 0
    while True:
        places = np.arange(start, start + 4096, dtype=np.uint64)
        yield from (mix((mix(places) + key) & 0xFFFFFFFF) / 2**32).tolist()
        start += 4096
