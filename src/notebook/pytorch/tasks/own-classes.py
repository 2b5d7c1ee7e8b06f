# Your own points of two classes, stretched into the figure.
own = floats(given.points)
x = torch.cat([framed(own[:, :1], 1), framed(own[:, 1:2], 1)], 1)  # [cases, 2]
labels = 2 * own[:, 2] - 1  # −1 or 1
