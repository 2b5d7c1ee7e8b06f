# Equal stretches of [−1, 1], each with a straight law of its own, and jumps between them.
def laws(pieces, world):
    """Slope and height of each stretch: heights spread evenly and shuffled, slopes of both signs."""
    drawn = uniforms(world, "regimes", 2 * pieces - 1)
    heights = shuffled(-1 + 2 * np.arange(pieces) / (pieces - 1), drawn)
    signs = np.where(np.arange(pieces) % 2, -1, 1)
    return signs * (0.3 + 0.5 * drawn[pieces - 1 :]) * pieces, np.array(heights)


slopes, heights = laws(pieces, world)


def curve(x):
    stretch = np.minimum(pieces - 1, np.floor((x + 1) / 2 * pieces)).astype(int)
    middle = -1 + (2 * stretch + 1) / pieces
    return heights[stretch] + slopes[stretch] * (x - middle)


places = uniforms(seed, "regimes.train", 2 * rows).reshape(rows, 2)
drawn = -1 + 2 * (np.floor(pieces * places[:, 0]) + places[:, 1]) / pieces
error = noise * normals(seed, "regimes.train.noise", rows)
x = floats(drawn)[:, None]  # [rows, 1]
y = floats(curve(drawn) + error)[:, None]
