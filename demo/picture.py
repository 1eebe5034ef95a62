"""A picture that no camera took: what stands in for the provider's own model in the demo."""

import secrets
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1024, 768
RIDGES = 5


def paint(path: Path) -> Path:
    """Write a landscape of layered hills at dusk, another one each time; return the path."""
    chance = np.random.default_rng(secrets.randbits(64))
    rows = np.linspace(0.0, 1.0, HEIGHT)[:, None, None]
    sky = (1 - rows) * np.array([38, 52, 92]) + rows * np.array([238, 166, 112])
    picture = Image.fromarray(np.broadcast_to(sky, (HEIGHT, WIDTH, 3)).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    sun_x, sun_y = int(chance.integers(WIDTH // 4, 3 * WIDTH // 4)), int(HEIGHT * 0.52)
    draw.ellipse((sun_x - 56, sun_y - 56, sun_x + 56, sun_y + 56), fill=(250, 214, 160))
    columns = np.arange(WIDTH)
    for ridge in range(RIDGES):
        base = HEIGHT * (0.5 + 0.11 * ridge)
        waves = np.zeros(WIDTH)
        for octave in range(1, 5):
            waves += chance.uniform(8, 34) / octave * np.sin(columns * octave / chance.uniform(60, 160) + octave)
        shade = 1 - ridge / RIDGES
        colour = (int(40 + 70 * shade), int(48 + 52 * shade), int(70 + 50 * shade))
        line = [(int(x), int(y)) for x, y in zip(columns, base + waves, strict=True)]
        draw.polygon([*line, (WIDTH, HEIGHT), (0, HEIGHT)], fill=colour)
        picture = picture.filter(ImageFilter.GaussianBlur(1.2 * shade))
        draw = ImageDraw.Draw(picture)
    picture.save(path, quality=92)
    return path
