"""What goes where, as JSON and back."""

from collections.abc import Mapping, Sequence

from campaigns.model import DEFAULT_ROUTING, Medium, Routing, Topic


def routing_to_json(routing: Routing) -> dict[str, list[str]]:
    """The media of every topic by name."""
    return {topic.value: [medium.value for medium in routing.media(topic)] for topic in Topic}


def routing_of(kept: Mapping[str, Sequence[str]]) -> Routing:
    """A topic that was unknown when this was kept has its default."""
    return Routing(
        **{
            topic.value: tuple(Medium(name) for name in kept[topic.value])
            if topic.value in kept
            else DEFAULT_ROUTING.media(topic)
            for topic in Topic
        }
    )
