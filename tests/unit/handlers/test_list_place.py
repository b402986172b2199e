import pytest

from campaigns.ports import ListQuery
from handlers.list_place import packed, unpacked


@pytest.mark.parametrize(
    "query",
    [
        ListQuery(),
        ListQuery("spring summit", offset=40),
        ListQuery('"quoted" \\ &<>', archived=True),
        ListQuery("يوم 👩‍👩‍👧‍👦", offset=20),
    ],
)
def test_a_place_comes_back_as_it_was(query):
    assert unpacked(packed(query)) == query


def test_a_screen_that_holds_no_place_means_the_beginning():
    assert unpacked("") == ListQuery()
