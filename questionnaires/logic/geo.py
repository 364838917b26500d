"""Lengths and areas of geopoints, lines and shapes on a sphere.

A point is `latitude longitude [altitude [accuracy]]` in degrees; a line or shape joins points with `;`.
Results are metres and square metres rounded to the centimetre, as in the ODK Web Forms and Enketo engines
(radius 6,378,100 m); Collect gives the same distance and, for large shapes, another area.
"""

from __future__ import annotations

import itertools
import math
import re

from questionnaires.logic.values import round_to

RADIUS = 6_378_100.0
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]+)?")
Point = tuple[float, float]


def points(texts: list[str]) -> list[Point] | None:
    """(latitude, longitude) pairs in radians; None when one of them is no point."""
    found: list[Point] = []
    for piece in ";".join(text for text in texts if text.strip()).split(";"):
        if not piece.strip():
            continue
        parts = piece.split()
        if len(parts) < 2 or not all(_DEGREES.fullmatch(part) for part in parts[:2]):
            return None
        latitude, longitude = float(parts[0]), float(parts[1])
        if abs(latitude) > 90 or abs(longitude) > 180:
            return None
        found.append((latitude * math.pi / 180, longitude * math.pi / 180))
    return found


def distance(texts: list[str]) -> float:
    """Length along the points in metres; 0 for one alone, NaN without any or for a text that is no point."""
    path = points(texts)
    if not path:
        return math.nan
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in itertools.pairwise(path):
        half = math.sin((lat2 - lat1) / 2) ** 2
        half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        total += 2 * RADIUS * math.asin(min(1.0, math.sqrt(half)))
    return round_to(total, 2)


def area(texts: list[str]) -> float:
    """Area of the shape in square metres; NaN for fewer than three points."""
    shape = points(texts)
    if shape is None or len(shape) < 3:
        return math.nan
    if shape[0] != shape[-1]:
        shape = [*shape, shape[0]]
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in itertools.pairwise(shape):
        total += (lon2 - lon1) * (2 + math.sin(lat1) + math.sin(lat2))
    return round_to(abs(total * RADIUS * RADIUS / 2), 2)


def inside(point: str, shape: str) -> bool:
    """Whether the point lies in the shape (even–odd rule on the plane of degrees)."""
    place, corners = points([point]), points([shape])
    if not place or not corners or len(corners) < 3:
        return False
    y, x = place[0]
    found = False
    for (y1, x1), (y2, x2) in zip(corners, [*corners[1:], corners[0]]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found = not found
    return found
