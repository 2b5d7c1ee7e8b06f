# %% [markdown]
# ## Random numbers
# Every number that the lab draws is a hash of the seed, of what it is drawn for, and of its place
# in the row. Equal seeds give equal numbers on every machine, so that the code below starts from
# the lab's own weights and data; `torch.manual_seed` would draw others.

# %%
def mix(word):
    """The PCG hash of 32-bit words (Jarzynski & Olano 2020): of one, or of an array of uint64."""
    state = (word * 747796405 + 2891336453) & 0xFFFFFFFF
    mixed = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) & 0xFFFFFFFF
    return (mixed >> 22) ^ mixed


def key_of(seed, purpose):
    """One word for a seed and what the numbers are for ("router.weight")."""
    key = mix(seed)
    for letter in purpose:
        key = mix(key ^ ord(letter))
    return key


def words(key, count):
    """That many random words."""
    return mix((mix(np.arange(count, dtype=np.uint64)) + key) & 0xFFFFFFFF)


def uniforms(seed, purpose, count):
    """Independent numbers, even over [0, 1)."""
    return words(key_of(seed, purpose), count) / 2**32


def normals(seed, purpose, count):
    """Independent normal numbers, by Box and Muller: each is made of two even ones."""
    even = uniforms(seed, purpose, 2 * count)
    return np.sqrt(-2 * np.log(1 - even[0::2])) * np.cos(2 * np.pi * even[1::2])


def floats(values):
    """NumPy's double precision → a tensor in PyTorch's single precision."""
    return torch.tensor(np.asarray(values), dtype=torch.float32)


def normal(shape, deviation, seed, purpose):
    """A tensor of normal numbers with mean 0."""
    return floats(deviation * normals(seed, purpose, math.prod(shape))).reshape(shape)
