"""A plot of lines over logarithmic axes, as SVG text."""

import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 60, 520, 30, 380
COLORS = ["#1b6ca8", "#c8553d", "#588157", "#8e5572", "#e09f3e", "#335c67", "#9e2a2b", "#540b0e", "#606c38", "#283618"]


def svg(series, x_label, y_label):
    """series: [(name, [(x, y), ...]), ...], all x and y above 0."""
    xs = [x for _, points in series for x, _ in points]
    ys = [y for _, points in series for _, y in points]

    def at(x, y):
        return scale(x, min(xs), max(xs), LEFT, RIGHT), scale(y, min(ys), max(ys), BOTTOM, TOP)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for x in sorted(set(xs)):
        out.append(f'<text x="{at(x, min(ys))[0]:.0f}" y="{BOTTOM + 20}" text-anchor="middle">{x:,}</text>')
    for y in (m * 10**e for e in range(-3, 7) for m in (1, 2, 5)):
        if min(ys) <= y <= max(ys):
            height = at(min(xs), y)[1]
            out.append(f'<line x1="{LEFT}" x2="{RIGHT}" y1="{height:.0f}" y2="{height:.0f}" stroke="#ddd"/>'
                       f'<text x="{LEFT - 6}" y="{height + 4:.0f}" text-anchor="end">{y:g}</text>')
    for i, (name, points) in enumerate(series):
        color = COLORS[i % len(COLORS)]
        path = " ".join("{:.1f},{:.1f}".format(*at(x, y)) for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        out += ['<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"/>'.format(*at(x, y), color) for x, y in points]
        out.append(f'<text x="{RIGHT + 20}" y="{TOP + 10 + 18 * i}" fill="{color}">{name}</text>')
    middle = (TOP + BOTTOM) // 2
    out.append(f'<text x="{(LEFT + RIGHT) // 2}" y="{HEIGHT - 4}" text-anchor="middle">{x_label}</text>'
               f'<text x="14" y="{middle}" transform="rotate(-90 14 {middle})">{y_label}</text></svg>')
    return "\n".join(out) + "\n"


def scale(value, low, high, start, end):
    return start + (end - start) * math.log(value / low) / max(1e-9, math.log(high / low))
