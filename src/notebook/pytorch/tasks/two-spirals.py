# Two arms wound into each other, half a turn apart.
def points(part, rows):
    """Points [rows, 2] and the arm of each."""
    arm = np.arange(rows) % 2
    radius = 0.1 + 0.9 * np.sqrt(uniforms(seed, f"two-spirals.{part}", rows))
    angle = 2 * np.pi * turns * radius + np.pi * arm
    place = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    off = noise * normals(seed, f"two-spirals.{part}.noise", 2 * rows)
    return floats(place + off.reshape(rows, 2)), torch.tensor(arm)
