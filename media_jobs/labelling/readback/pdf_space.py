"""Matrices and boxes of PDF pages, as far as readback.pdf_page needs them."""

import pikepdf

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]


def share(box: Box, other: Box) -> float:
    """How much of `box` lies within `other`, 0..1."""
    wide, high = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return max(0.0, wide) * max(0.0, high) / area if area > 0 else float(within(box, other))


def within(box: Box, other: Box) -> bool:
    return other[0] <= box[0] <= other[2] and other[1] <= box[1] <= other[3]


def cut(clip: Box | None, boxes: list[Box]) -> Box:
    """A clip made narrower; by another path than rectangles to nothing that can be told."""
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    left, bottom = min(one[0] for one in boxes), min(one[1] for one in boxes)
    right, top = max(one[2] for one in boxes), max(one[3] for one in boxes)
    if clip is None:
        return left, bottom, right, top
    return max(left, clip[0]), max(bottom, clip[1]), min(right, clip[2]), min(top, clip[3])


def fitted(face: pikepdf.Stream, rect: Box) -> Matrix:
    """An appearance in its annotation's rectangle (ISO 32000-2 12.5.5)."""
    inner = matrix([float(one) for one in face.get("/Matrix", [1, 0, 0, 1, 0, 0])])
    left, bottom, right, top = (float(one) for one in face.get("/BBox", [0, 0, 1, 1]))
    corners = [at(inner, x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = [one[0] for one in corners], [one[1] for one in corners]
    x_scale = (rect[2] - rect[0]) / ((max(xs) - min(xs)) or 1.0)
    y_scale = (rect[3] - rect[1]) / ((max(ys) - min(ys)) or 1.0)
    placed = (x_scale, 0.0, 0.0, y_scale, rect[0] - min(xs) * x_scale, rect[1] - min(ys) * y_scale)
    return times(inner, placed)


def matrix(numbers: list[float]) -> Matrix:
    a, b, c, d, e, f = numbers
    return a, b, c, d, e, f


def times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
