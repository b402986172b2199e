import pytest

from campaigns.account_hosts import NoHost, is_off_limits, read_host


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "::1",
        "0.0.0.0",
        "::",
        "169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fd00:ec2::254",
        "100.100.100.200",
        "224.0.0.1",
        "ff02::1",
    ],
)
def test_the_bots_own_machine_and_what_a_cloud_tells_it_about_itself_are_off_limits(address):
    assert is_off_limits(address)


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.9", "fd12::25", "203.0.113.7", "2001:db8::25"])
def test_mail_servers_may_stand_in_ones_own_network(address):
    assert not is_off_limits(address)


def test_a_number_that_is_off_limits_is_refused_where_it_is_typed():
    with pytest.raises(NoHost, match="own machine"):
        read_host("100.100.100.200", example="smtp.example.com", is_try_out=False)
