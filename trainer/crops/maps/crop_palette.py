"""Colours of crops on maps: the same class in the same colour on every date.

Well-known crops have a colour of their own; all others take the next that is free, in
the order of the legend. Neighbours in the list differ in lightness too, for people who
cannot tell red from green.
"""

KNOWN = {
    "corn": "#f2c12e",
    "maize": "#f2c12e",
    "soybean": "#2e7d4f",
    "soybeans": "#2e7d4f",
    "wheat": "#b5793a",
    "winter wheat": "#b5793a",
    "spring wheat": "#d9a86c",
    "rice": "#3fa7a0",
    "cotton": "#d1495b",
    "alfalfa": "#8f5fa8",
    "canola": "#e8e04a",
    "barley": "#d6c7a1",
    "grassland": "#b7d59a",
    "forest": "#1f4d36",
    "water": "#3c6e9f",
    "no crop": "#c9c2b8",
}
OTHERS = (
    *("#3c6e9f", "#d1495b", "#8f5fa8", "#3fa7a0", "#e08e45", "#7d4e24", "#c76d9a"),
    *("#6b8e23", "#1f4d36", "#9db4c8", "#5c3b7a", "#b7d59a", "#a33b20", "#d6c7a1"),
    *("#f2c12e", "#2e7d4f", "#b5793a", "#4a4a6a", "#e8e04a", "#89a58f"),
)


def crop_colours(legend: tuple[str, ...]) -> tuple[str, ...]:
    """Return a colour a class, as `#rrggbb`; none twice while there are others."""
    known = {name: KNOWN[name.lower()] for name in legend if name.lower() in KNOWN}
    free = [one for one in OTHERS if one not in known.values()] or list(OTHERS)
    others = [name for name in legend if name not in known]
    taken = {name: free[at % len(free)] for at, name in enumerate(others)}
    return tuple({**known, **taken}[name] for name in legend)


def red_green_blue(colour: str) -> tuple[int, int, int]:
    """Return the three numbers of `#rrggbb`."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
