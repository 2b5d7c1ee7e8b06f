# A sine on a gentle slope, under normal noise.
def curve(x):
    return 0.7 * np.sin(np.pi * x) + 0.3 * x


drawn = 2 * uniforms(seed, "noisy-curve.train", rows) - 1
error = noise * normals(seed, "noisy-curve.train.noise", rows)
x = floats(drawn)[:, None]  # [rows, 1]
y = floats(curve(drawn) + error)[:, None]
