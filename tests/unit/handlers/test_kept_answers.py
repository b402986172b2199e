from handlers.kept_answers import KeptAck


def test_an_answer_is_not_taken_back():
    ack = KeptAck()
    assert ack.response is None
    given = ack(response_action="clear")
    ack.response = None
    assert ack.response is given


def test_a_press_that_was_acknowledged_stays_so_when_its_listener_fails_at_once(desk):
    """Bolt would answer 404, and the desk would know of a failed dispatch."""
    desk.add_campaign("Summit")
    desk.list_of(desk.ana)

    def fails(ack):
        ack()
        raise ZeroDivisionError

    for listener in desk.app._listeners:
        if listener.ack_function.__name__ == "show_archived":
            listener.ack_function = fails
            listener.arg_names = ["ack"]
    desk.app._listener_runner.listener_error_handler.func = lambda: None
    desk.app._listener_runner.listener_error_handler.arg_names = []
    desk.ana.press("Archived")
    assert desk.workspace.dispatch_failures == []
