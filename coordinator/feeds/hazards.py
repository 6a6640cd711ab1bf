"""From the words of an alert to our hazards and warning colours, in Chinese and English."""

from schemas.vocabulary import Hazard, WarningColour

_WORDS: tuple[tuple[Hazard, tuple[str, ...]], ...] = (
    (Hazard.TYPHOON, ("typhoon", "hurricane", "tropical", "台风", "热带气旋")),
    (Hazard.TSUNAMI, ("tsunami", "海啸")),
    (Hazard.EARTHQUAKE, ("earthquake", "seismic", "地震")),
    (Hazard.DEBRIS_FLOW, ("debris", "mudslide", "泥石流")),
    (Hazard.LANDSLIDE, ("landslide", "滑坡", "地质灾害")),
    (Hazard.COLLAPSE, ("collapse", "崩塌", "rockfall")),
    (Hazard.FLOOD, ("flood", "rain", "洪", "暴雨", "涝", "降雨")),
    (Hazard.FREEZING, ("freez", "frost", "ice", "cold", "冰", "低温", "寒潮", "霜冻", "道路结冰")),
    (Hazard.SNOW, ("snow", "blizzard", "winter", "暴雪", "雪")),
    (Hazard.SANDSTORM, ("sandstorm", "dust", "沙尘")),
    (Hazard.WILDFIRE, ("fire", "火灾", "火险")),
    (Hazard.HEAT, ("heat", "高温")),
    (Hazard.WIND_HAIL, ("wind", "thunder", "hail", "tornado", "storm", "gale", "大风", "雷", "冰雹",
                        "强对流", "龙卷")),
    (Hazard.EPIDEMIC, ("epidemic", "疫情", "health")),
)  # fmt: skip
_COLOURS = (
    (WarningColour.RED, ("红色", "red alert", "red warning")),
    (WarningColour.ORANGE, ("橙色", "orange")),
    (WarningColour.YELLOW, ("黄色", "yellow")),
    (WarningColour.BLUE, ("蓝色", "blue alert", "blue warning")),
)
_BY_SEVERITY = {
    "extreme": WarningColour.RED,
    "severe": WarningColour.ORANGE,
    "moderate": WarningColour.YELLOW,
    "minor": WarningColour.BLUE,
    "unknown": WarningColour.BLUE,
}


def hazard_of(*texts: str) -> Hazard:
    """Return the hazard that the texts speak of; the first text that names one decides."""
    for text in texts:
        low = text.lower()
        for hazard, words in _WORDS:
            if any(word in low for word in words):
                return hazard
    return Hazard.OTHER


def colour_of(severity: str, certainty: str, *texts: str) -> WarningColour:
    """Return the warning colour: named in the text where it is, else by severity.

    What is unlikely, or a minor thing that is past, is no warning above blue.
    """
    joined = " ".join(texts).lower()
    for colour, words in _COLOURS:
        if any(word in joined for word in words):
            return colour
    if certainty == "unlikely":
        return WarningColour.BLUE
    return _BY_SEVERITY[severity]
