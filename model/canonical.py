"""Puts the tables of each FROM into one order, since a network cannot guess which of several equal ones a person chose.

The tables come as the query speaks of their columns, each joined with one before it. Left alone are outer joins, written
join pairs, `select *` (whose columns would change places), and tables whose joins form a ring (whose order may choose one).
"""

import numpy as np

from batch import keywords, table_of

JOINED = (7, 8)
"""Schema relations between tables with a foreign key."""
SETS = ("union", "intersect", "except")


def canonical(frame: dict) -> dict:
    """The frame with the targets of its questions in canonical order."""
    tables = table_of(frame)
    questions = [{**question, "target": _ordered(question["target"], frame, tables)} for question in frame["questions"]]
    return {**frame, "questions": questions}


def _ordered(target: np.ndarray, frame: dict, tables: np.ndarray) -> np.ndarray:
    words = keywords()
    names = [words[index] if kind == 0 else None for kind, index in target]
    target = target.copy()
    levels: list[list[int]] = [[]]
    for at, (kind, index) in enumerate(target.tolist()):
        if names[at] == "(":
            levels.append([])
        elif names[at] == ")":
            levels.pop()
        elif names[at] in SETS:
            levels[-1] = []
        elif names[at] == "*" and names[at - 1] in ("select", "distinct") and names[at - 2 : at - 1] != ["count"]:
            levels[-1].append(-1)
        elif kind == 1 and frame["item_kind"][index] == 1:
            levels[-1].append(int(tables[index]))
        elif names[at] == "from" and -1 not in levels[-1]:
            _order_from(target, at + 1, names, frame, levels[-1])
    return target


def _order_from(target: np.ndarray, start: int, names: list, frame: dict, spoken: list[int]) -> None:
    end = start
    while target[end, 0] == 1 and frame["item_kind"][target[end, 1]] == 0:
        end += 1
    if end - start > 1 and names[end] not in ("left", "on"):
        target[start:end, 1] = _joined_order(target[start:end, 1].tolist(), frame["relations"], spoken)


def _joined_order(listed: list[int], relations: np.ndarray, spoken: list[int]) -> list[int]:
    linked = {(a, b) for a in listed for b in listed if relations[a, b] in JOINED}
    if len(linked) != 2 * (len(listed) - 1):
        return listed
    rest = sorted(listed, key=lambda table: spoken.index(table) if table in spoken else len(spoken))
    order = [rest.pop(0)]
    while rest:
        near = [table for table in rest if any((table, other) in linked for other in order)]
        order.append((near or rest)[0])
        rest.remove(order[-1])
    return order
