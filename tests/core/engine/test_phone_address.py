"""The address by which phones open a page, here that of a room."""

import socket

import pytest

from core.engine.phone_address import PhoneAddress, Server, phone_address

HERE, OPEN = Server("127.0.0.1", 8501), Server("0.0.0.0", 8501)
ROOM = "/room?code=4721"
LOCAL = "http://localhost:8501/learn"


def in_network(family: socket.AddressFamily) -> str:
    return {socket.AF_INET: "192.168.1.20", socket.AF_INET6: "2001:db8::7"}[family]


def in_no_network(_family: socket.AddressFamily) -> str:
    return ""


@pytest.mark.parametrize(
    ("opened", "server", "link"),
    [
        (LOCAL, OPEN, "http://192.168.1.20:8501/room?code=4721"),
        ("", OPEN, "http://192.168.1.20:8501/room?code=4721"),
        (LOCAL, Server("", 8501), "http://192.168.1.20:8501/room?code=4721"),
        (LOCAL, Server("::", 8501), "http://[2001:db8::7]:8501/room?code=4721"),
        (LOCAL, Server("10.1.2.3", 8080), "http://10.1.2.3:8080/room?code=4721"),
        (LOCAL, Server("0.0.0.0", 8501, path="/course"), "http://192.168.1.20:8501/course/room?code=4721"),
        ("http://10.0.0.5:8501/learn", OPEN, "http://10.0.0.5:8501/room?code=4721"),
        ("https://layers.example.edu/learn", HERE, "https://layers.example.edu/room?code=4721"),
        (LOCAL, Server("127.0.0.1", 8501, "layers.example.edu", 443), "https://layers.example.edu/room?code=4721"),
        (LOCAL, Server("127.0.0.1", 8501, "layers.example.edu", 80), "http://layers.example.edu/room?code=4721"),
        (LOCAL, Server("127.0.0.1", 8501, "layers.example.edu"), "http://layers.example.edu:8501/room?code=4721"),
    ],
)
def test_phones_get_an_address_that_leads_to_this_server(opened: str, server: Server, link: str) -> None:
    assert phone_address(ROOM, opened, server, in_network) == PhoneAddress(link)


def test_a_server_for_its_own_machine_says_the_command_that_lets_phones_in() -> None:
    closed = phone_address(ROOM, LOCAL, HERE, in_network)
    assert closed.link == ""
    assert closed.reason == "Phones cannot come in: this server answers to its own machine only."
    assert closed.advice == "Stop it with Ctrl-C, and start it with this command:"
    assert closed.command.endswith("streamlit run dashboard.py --server.address 0.0.0.0")
    assert closed.here == "localhost:8501/room"
    assert phone_address(ROOM, LOCAL, Server("127.0.0.1", 8941), in_network).command.endswith("--server.port 8941")
    assert phone_address(ROOM, LOCAL, Server("127.0.0.1", 8501, "localhost"), in_network) == closed


def test_a_machine_in_no_network_says_so() -> None:
    alone = phone_address(ROOM, LOCAL, OPEN, in_no_network)
    assert (alone.link, alone.command) == ("", "")
    assert alone.reason == "Phones cannot come in: this machine is in no network."


def test_people_type_the_address_without_protocol_and_code() -> None:
    assert phone_address(ROOM, LOCAL, OPEN, in_network).typed == "192.168.1.20:8501/room"
