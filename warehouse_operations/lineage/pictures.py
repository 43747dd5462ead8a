"""Diagrams of the layers for the front page of the docs, drawn as SVG from dbt's manifest.

A layer is a folder of the core or a capability. Its diagram has one box per model, to the right of the models of the layer that
it reads (below them if the chain is long). Lines are references within the layer, except those implied by a chain of other
references. The sentence below the diagram lists references across layers.
"""

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any

CORE = ("staging", "cleaning", "interactions", "features", "candidates", "ranking", "assembly", "explanations", "marts")
CHARACTER = 6.2  # width of a character in a name, pixels
PADDING, ROW, GAP, HEIGHT = 7, 26, 22, 20  # of boxes, pixels
LONG_CHAIN = 9  # columns; a diagram with more runs downwards
WIDEST = 1000  # pixels; wider diagrams are scaled down
INK, LINE, FILL, PUBLISHED = "#1a1f27", "#8a93a0", "#eef2f7", "#cfe3f5"
MOST_IN_COLUMN = 16  # boxes per column; models without references within the layer fill several columns


def layer_of(node: Mapping[str, Any]) -> str:
    """Name of the layer of a model: its folder of the core, or its capability."""
    return node["fqn"][2]


def layers(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Model ids of each layer; layers in the order of the data flow, then capabilities by name."""
    found: dict[str, list[str]] = {}
    for key, node in sorted(manifest["nodes"].items()):
        if node["resource_type"] == "model" and len(node["fqn"]) > 3:
            found.setdefault(layer_of(node), []).append(key)
    order = {name: place for place, name in enumerate(CORE)}
    return {name: found[name] for name in sorted(found, key=lambda name: (order.get(name, len(CORE)), name))}


def columns(keys: Sequence[str], parents: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Arrange models in columns: each to the right of the models it reads, near the mean of their rows.

    A model that others read is in the column before its first reader, so that lines are short. Models without references within
    the layer come last, in separate columns.
    """
    inner = {key: [parent for parent in parents.get(key, []) if parent in keys] for key in keys}
    read = {parent for own in inner.values() for parent in own}
    depths: dict[str, int] = {}

    def depth(key: str) -> int:
        if key not in depths:
            depths[key] = max((depth(parent) + 1 for parent in inner[key]), default=0)
        return depths[key]

    for key in sorted(keys, key=depth, reverse=True):
        if readers := [other for other in keys if key in inner[other]]:
            depths[key] = min(depths[other] for other in readers) - 1
    joined = [key for key in keys if inner[key] or key in read]
    placed: list[list[str]] = [[] for _ in range(max(map(depth, joined), default=-1) + 1)]
    for key in joined:
        placed[depth(key)].append(key)
    rows = {key: row for column in placed for row, key in enumerate(column)}
    for column in placed[1:]:
        middles = {key: sum(rows[near] for near in inner[key] or [key]) / max(len(inner[key]), 1) for key in column}
        column.sort(key=lambda key: (middles[key], key))
        rows.update({key: row for row, key in enumerate(column)})
    alone = [key for key in keys if key not in joined]
    return placed + [alone[start : start + MOST_IN_COLUMN] for start in range(0, len(alone), MOST_IN_COLUMN)]


def direct(keys: Sequence[str], parents: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Parents of each model within the layer, except those that another parent reads, directly or through others."""
    inner = {key: {parent for parent in parents.get(key, []) if parent in keys} for key in keys}
    above: dict[str, set[str]] = {}

    def ancestors(key: str) -> set[str]:
        if key not in above:
            above[key] = inner[key].union(*map(ancestors, inner[key]))
        return above[key]

    return {key: sorted(own - set().union(*map(ancestors, own))) for key, own in inner.items()}


def picture(keys: Sequence[str], manifest: Mapping[str, Any]) -> str:
    """Draw the models of a layer as SVG; published ones are darker."""
    nodes = manifest["nodes"]
    parents = {key: nodes[key]["depends_on"]["nodes"] for key in keys}
    placed = columns(keys, parents)
    is_downwards = len(placed) > LONG_CHAIN
    widths = {key: len(nodes[key]["name"]) * CHARACTER + 2 * PADDING for key in keys}
    boxes = _downwards(placed, widths) if is_downwards else _rightwards(placed, widths)
    lines, drawn = [], []
    for key, own in direct(keys, parents).items():
        x, y, width = boxes[key]
        for parent in own:
            left, top, parent_width = boxes[parent]
            if is_downwards:
                begin_x, begin_y, end_x, end_y = left + parent_width / 2, top + HEIGHT, x + width / 2, y
                middle = (begin_y + end_y) / 2
                curve = f"{begin_x:g} {middle:g} {end_x:g} {middle:g}"
            else:
                begin_x, begin_y, end_x, end_y = left + parent_width, top + HEIGHT / 2, x, y + HEIGHT / 2
                middle = (begin_x + end_x) / 2
                curve = f"{middle:g} {begin_y:g} {middle:g} {end_y:g}"
            lines.append(f'<path d="M{begin_x:g} {begin_y:g}C{curve} {end_x:g} {end_y:g}"/>')
        fill = PUBLISHED if nodes[key].get("access") == "public" else FILL
        drawn.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{HEIGHT}" rx="4" fill="{fill}" stroke="{LINE}"/>'
            f'<text x="{x + PADDING:g}" y="{y + 14:g}">{html.escape(nodes[key]["name"])}</text>'
        )
    right = max(x + width for x, _, width in boxes.values())
    bottom = max(y for _, y, _ in boxes.values()) + HEIGHT
    return _svg(right + 1, bottom + 1, [f'<g fill="none" stroke="{LINE}">', *lines, "</g>", *drawn])


def _rightwards(placed: Sequence[Sequence[str]], widths: Mapping[str, float]) -> dict[str, tuple[float, float, float]]:
    """Left, top and width of each box, columns from left to right."""
    boxes, left = {}, 1.0
    tallest = max(map(len, placed))
    for column in placed:
        width = max(widths[key] for key in column)
        top = (tallest - len(column)) * ROW / 2 + 1
        boxes.update({key: (left, top + row * ROW, width) for row, key in enumerate(column)})
        left += width + GAP
    return boxes


def _downwards(placed: Sequence[Sequence[str]], widths: Mapping[str, float]) -> dict[str, tuple[float, float, float]]:
    """Left, top and width of each box, with columns drawn as centred rows from top to bottom."""
    boxes, top = {}, 1.0
    spans = [sum(widths[key] + GAP for key in column) - GAP for column in placed]
    for column, span in zip(placed, spans, strict=True):
        left = (max(spans) - span) / 2 + 1
        for key in column:
            boxes[key] = (left, top, widths[key])
            left += widths[key] + GAP
        top += HEIGHT + GAP
    return boxes


def overview(manifest: Mapping[str, Any]) -> str:
    """Draw the layers as SVG: the core from left to right, and the capabilities below it, each with its number of models."""
    found = layers(manifest)
    parts: list[str] = []
    left = 1.0
    for name in [name for name in found if name in CORE]:
        width = max(len(name), 9) * CHARACTER + 2 * PADDING
        if left > 1:
            parts.append(f'<path d="M{left - 16:g} 21h13" stroke="{LINE}"/><path d="M{left - 5:g} 17l5 4l-5 4z" fill="{LINE}"/>')
        parts.append(_layer(left, 1, width, name, len(found[name])))
        left += width + 18
    right, top, left = left - 17, 66.0, 1.0
    for name in [name for name in found if name not in CORE]:
        width = max(len(name), 9) * CHARACTER + 2 * PADDING
        if left + width > right and left > 1:
            left, top = 1.0, top + 48
        parts.append(_layer(left, top, width, name.replace("_", " "), len(found[name])))
        left += width + 18
    has_capabilities = any(name not in CORE for name in found)
    if has_capabilities:
        parts.append('<text x="1" y="60">capabilities, which read the core</text>')
    return _svg(right, top + 42 if has_capabilities else 44, parts)


def page_text(manifest: Mapping[str, Any]) -> str:
    """Write the diagrams as Markdown: the overview, then each layer with the layers it reads and its readers."""
    nodes = manifest["nodes"]
    found = layers(manifest)
    reads: dict[str, set[str]] = {name: set() for name in found}
    for name, keys in found.items():
        for key in keys:
            for parent in nodes[key]["depends_on"]["nodes"]:
                if parent in nodes and nodes[parent]["resource_type"] == "model" and layer_of(nodes[parent]) != name:
                    reads[name].add(layer_of(nodes[parent]))
    texts = [_image("Layers of the core and capabilities, with the number of models", overview(manifest))]
    for name, keys in found.items():
        read_by = [other for other in found if name in reads[other]]
        said = [f"{len(keys)} models"]
        said += [f"reads {', '.join(other for other in found if other in reads[name])}"] if reads[name] else []
        said += [f"read by {', '.join(read_by)}"] if read_by else []
        image = _image(f"Models of {name} and what each reads within it", picture(keys, manifest))
        texts.append(f"### {name.replace('_', ' ')}\n\n{image}\n\n{'; '.join(said)}.")
    return "\n\n".join(texts)


def _layer(x: float, y: float, width: float, name: str, count: int) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="40" rx="6" fill="{FILL}" stroke="{LINE}"/>'
        f'<text x="{x + PADDING:g}" y="{y + 17:g}" font-weight="bold">{html.escape(name)}</text>'
        f'<text x="{x + PADDING:g}" y="{y + 33:g}">{count} models</text>'
    )


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    shown = min(width, WIDEST)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{shown:.0f}" '
        f'height="{height * shown / width:.0f}" font-family="sans-serif" font-size="12" fill="{INK}">{"".join(parts)}</svg>'
    )


def _image(description: str, svg: str) -> str:
    return f"![{description}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
