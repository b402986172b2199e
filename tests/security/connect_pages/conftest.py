import pytest

from tests.fakes.connect_scene import ConnectScene


@pytest.fixture
def scene():
    return ConnectScene()


@pytest.fixture
def browser(scene):
    return scene.browser()
