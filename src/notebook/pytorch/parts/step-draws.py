# %% [markdown]
# Numbers drawn anew at every step: the key is the pair of seed and step.

# %%
def step_words(shape, key, purpose):
    seed, step = key
    return words(mix(key_of(seed, purpose) ^ step), math.prod(shape)).reshape(shape)


def fractions(shape, key, purpose):
    """Even over [0, 1), in 24 bits: as many as single precision holds."""
    return (step_words(shape, key, purpose) >> 8) / 2**24


def step_uniform(shape, key, purpose, low=0, high=1):
    return floats(low + (high - low) * fractions(shape, key, purpose))


def step_integers(shape, key, purpose, below):
    """Whole numbers from 0 to below − 1."""
    return torch.from_numpy((step_words(shape, key, purpose) % below).astype(np.int64))


def step_normal(shape, key, purpose):
    even = fractions((*shape, 2), key, purpose)
    return floats(np.sqrt(-2 * np.log(1 - even[..., 0])) * np.cos(2 * np.pi * even[..., 1]))
