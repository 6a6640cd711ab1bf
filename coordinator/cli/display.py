"""Tables and displays in colour, whose texts are only text."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from coordinator.cli.terminal import harmless


class Display(Console):
    """A console of rich's with colours of its own and none that a text brings along."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for it in super().render(renderable, options):
            yield it if it.control else Segment(harmless(it.text), it.style)
