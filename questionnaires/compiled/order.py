"""What depends on what: the order of calculation, and cycles named with the whole loop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Graph = Mapping[str, Iterable[str]]


def arrange(graph: Graph) -> tuple[list[str], list[list[str]]]:
    """(keys with everything they read before them, cycles).

    graph: key -> keys it reads. A cycle is the loop's keys in reading order, starting at the earliest key of
    the graph; each loop is given once. Depth-first without recursion: forms of any length.
    """
    done: list[str] = []
    state: dict[str, int] = {}
    cycles: list[list[str]] = []
    for start in graph:
        if start in state:
            continue
        path = [start]
        waiting = [iter(graph[start])]
        state[start] = 1
        while waiting:
            following = next(waiting[-1], None)
            if following is None:
                waiting.pop()
                state[path[-1]] = 2
                done.append(path.pop())
            elif following not in graph:
                continue
            elif state.get(following) == 1:
                cycles.append(path[path.index(following) :])
            elif following not in state:
                state[following] = 1
                path.append(following)
                waiting.append(iter(graph[following]))
    return done, cycles
