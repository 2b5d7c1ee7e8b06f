# %% [markdown]
# ## Data
#? not in_domains
# A token says which parts its answer has: a mark for each of its kinds, then eight numbers of
# content. A part is a small network of its own, and an answer the sum of the parts of the token's
# kinds. Nothing says which expert should own which part.
#?
#? in_domains
# A token says which parts its answer has: a mark for the domain of its sequence and one for each of
# its kinds, then eight numbers of content. A part is a small network of its own, and an answer the
# sum of those of the token's domain and kinds. Nothing says which expert should own which part.
#?

# %%
content, part_units, out, bend = 8, 4, 8, 1.5
marks = kinds  #? not in_domains
marks = domains + kinds  #? in_domains
dim = marks + content


def tanh_square():
    """Mean square of tanh(bend · z), z normal."""
    z = np.arange(-600, 601) / 100
    weights = np.exp(-(z**2) / 2)
    return (weights * np.tanh(bend * z) ** 2).sum() / weights.sum()


def parts(count, units, purpose):
    """What leads in, [content, count · units], and out, and each answer's mean square."""
    ways = normals(seed, f"{purpose}.B", count * content * units).reshape(count, content, units)
    ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    outward = normals(seed, f"{purpose}.A", count * units * out).reshape(count * units, out)
    outward = outward / math.sqrt(units * tanh_square())
    powers = (outward.reshape(count, -1) ** 2).sum(1) * tanh_square() / out
    inward = ways.transpose(1, 0, 2).reshape(content, count * units)
    return floats(inward), floats(outward), powers


inward, outward, powers = parts(marks, part_units, "parts")
variance = per_token * powers.sum() / kinds  # losses are given in units of it  #? not in_domains
#? in_domains
# Losses are given in units of the answers' variance.
variance = powers[:domains].mean() + per_token * powers[domains:].mean()
#?
#? in_common
common = math.sqrt(in_common / (1 - in_common))
common_inward, common_outward, common_powers = parts(1, 8, "common")
variance += common**2 * common_powers[0]


def common_part(x):
    return torch.tanh(bend * (x[:, marks:] @ common_inward)) @ common_outward
#?


def answer_to(x):
    each = torch.tanh(bend * (x[:, marks:] @ inward)).reshape(len(x), marks, part_units)
    y = (each * x[:, :marks, None]).flatten(1) @ outward
    y = y + common * common_part(x)  #? in_common
    return y


def batch(tokens, key):
    """x [tokens, dim] and the answers y [tokens, out]."""
    kind = top_k_mask(step_uniform((tokens, kinds), key, "parts.kinds"), per_token)
    said = step_normal((tokens, content), key, "parts.content")
    x = torch.cat([kind, said], dim=1)  #? not in_domains
    #? in_domains
    domain = step_integers((tokens // sequence,), key, "parts.domain", domains)
    domain = F.one_hot(domain.repeat_interleave(sequence), domains)
    x = torch.cat([domain, kind, said], dim=1)
    #?
    return x, answer_to(x)
