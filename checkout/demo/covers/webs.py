"""A window of cracked ice, and word going round among peers."""

import math
from itertools import pairwise

from checkout.demo.covers.sheet import HEIGHT, WIDTH, Point, Sheet, Stroke


def lattice(sheet: Sheet) -> None:
    """冰裂纹: a pane that cracks into ever smaller ones. One is red, some are shaded."""
    chance = sheet.chance
    panes = [
        [
            (-40.0, -40.0),
            (WIDTH + 40.0, -40.0),
            (WIDTH + 40.0, HEIGHT + 40.0),
            (-40.0, HEIGHT + 40.0),
        ]
    ]
    cracks: list[tuple[list[Point], int]] = []
    for depth in range(5):
        halves = []
        for pane in panes:
            if depth > 2 and chance.random() < 0.22:
                halves.append(pane)
                continue
            first, second, crack = _split(sheet, pane)
            halves += [first, second]
            cracks.append((crack, depth))
        panes = halves
    chance.shuffle(panes)
    panes.sort(key=lambda pane: not _in_middle(pane))
    for number, pane in enumerate(panes[1:12]):
        sheet.wash([pane], color=sheet.ink, strength=0.1 + 0.05 * (number % 4))
    sheet.wash([panes[0]], color=sheet.seal, strength=1)
    sheet.wash([panes[0]], color=sheet.seal, strength=0.8)
    sheet.brush(
        (
            Stroke(crack, 19 - 2.4 * depth, dry=0.26, press=lambda _along: 1.0)
            for crack, depth in cracks
        ),
        color=sheet.ink,
        strength=0.94,
    )


def _split(sheet: Sheet, pane: list[Point]) -> tuple[list[Point], list[Point], list[Point]]:
    """Cut across the longest edge, near its middle, to one of the far edges."""
    count = len(pane)
    edges = sorted(range(count), key=lambda edge: -math.dist(pane[edge], pane[(edge + 1) % count]))
    one, other = sorted((edges[0], _opposite(sheet, edges[0], count)))
    a = _between(sheet, pane[one], pane[(one + 1) % count])
    b = _between(sheet, pane[other], pane[(other + 1) % count])
    first = [a, *pane[one + 1 : other + 1], b]
    second = [b, *pane[other + 1 :], *pane[: one + 1], a]
    return first, second, [a, b]


def _opposite(sheet: Sheet, edge: int, count: int) -> int:
    return (edge + sheet.chance.choice([count // 2, (count + 1) // 2])) % count


def _between(sheet: Sheet, a: Point, b: Point) -> Point:
    part = sheet.chance.uniform(0.34, 0.66)
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _in_middle(pane: list[Point]) -> bool:
    x, y = (sum(parts) / len(pane) for parts in zip(*pane, strict=True))
    return abs(x - WIDTH / 2) < 330 and abs(y - HEIGHT / 2) < 190


def gossip(sheet: Sheet) -> None:
    """Peers and their neighbors; the way that one message took is red."""
    chance = sheet.chance
    peers = _spread(sheet, 80, apart=92)
    links: dict[int, set[int]] = {index: set() for index in range(len(peers))}
    for index, peer in enumerate(peers):
        for other in _nearest(peers, peer)[:3]:
            links[index].add(other)
            links[other].add(index)
    pairs = [(a, b) for a, others in links.items() for b in others if a < b]
    sheet.lines(([peers[a], peers[b]] for a, b in pairs), color=sheet.ink, width=1.6, strength=0.5)
    way = _way(peers, links)
    sheet.brush(
        (Stroke([peers[a], peers[b]], 8, dry=0.2) for a, b in pairwise(way)),
        color=sheet.seal,
    )
    for size in (5, 7, 9, 16):
        some = [peer for peer in peers if chance.random() < 0.4]
        sheet.dots(some or peers, radius=size, color=sheet.ink)
    sheet.dots((peers[index] for index in way), radius=13, color=sheet.seal)
    sheet.disc(*peers[way[-1]], 44, color=sheet.seal)


def _spread(sheet: Sheet, count: int, *, apart: float) -> list[Point]:
    found: list[Point] = []
    for _ in range(count * 30):
        point = (sheet.chance.uniform(-20, WIDTH + 20), sheet.chance.uniform(-20, HEIGHT + 20))
        if all(math.dist(point, other) > apart for other in found):
            found.append(point)
        if len(found) == count:
            break
    return found


def _nearest(peers: list[Point], point: Point) -> list[int]:
    order = sorted(range(len(peers)), key=lambda index: math.dist(peers[index], point))
    return [index for index in order if peers[index] != point]


def _way(peers: list[Point], links: dict[int, set[int]]) -> list[int]:
    """The shortest way from the left of the sheet to the farthest right that can be reached."""
    start = _nearest(peers, (WIDTH * 0.12, HEIGHT * 0.62))[0]
    came_from, waiting = {start: start}, [start]
    for here in waiting:
        for other in sorted(links[here] - came_from.keys()):
            came_from[other] = here
            waiting.append(other)
    goal = min(came_from, key=lambda peer: math.dist(peers[peer], (WIDTH * 0.82, HEIGHT * 0.36)))
    way = [goal]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
