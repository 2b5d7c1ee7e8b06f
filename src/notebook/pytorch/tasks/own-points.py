# Your own points, stretched into the figure.
points = floats(given.points)
x, y = framed(points[:, :1], 1), framed(points[:, 1:2], 1.5)  # [rows, 1] both
