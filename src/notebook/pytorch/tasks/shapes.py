#? disc
# A disc in a ring.
#?
#? squares
# A chessboard of sixteen squares.
#?
#? moons
# Two half circles, one opening into the other.
#?
def points(part, rows):
    """Points [rows, 2] and the class of each, 0 and 1 in turn."""
    label = np.arange(rows) % 2
    #? disc
    drawn = uniforms(seed, f"shapes.{part}", 2 * rows).reshape(rows, 2)
    inner, outer = 0.5 * np.sqrt(drawn[:, 0]), 0.6 + 0.4 * drawn[:, 0]
    radius, angle = np.where(label == 1, inner, outer), 2 * np.pi * drawn[:, 1]
    place = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    #?
    #? squares
    drawn = uniforms(seed, f"shapes.{part}", 4 * rows).reshape(rows, 4)
    column = np.floor(4 * drawn[:, 0])
    row = 2 * np.floor(2 * drawn[:, 1]) + (column + 1 + label) % 2
    place = -1 + (np.stack([column, row], 1) + drawn[:, 2:]) / 2
    #?
    #? moons
    angle = np.pi * uniforms(seed, f"shapes.{part}", rows)
    across, up = 0.6 * np.cos(angle), 0.6 * np.sin(angle)
    first, second = [across - 0.3, up - 0.15], [across + 0.3, 0.15 - up]
    place = np.where(label == 0, first, second).T
    #?
    off = noise * normals(seed, f"shapes.{part}.noise", 2 * rows)
    return floats(place + off.reshape(rows, 2)), torch.tensor(label)
