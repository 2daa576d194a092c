"""The address by which phones open a page of this server."""

import streamlit as st
from streamlit import config

from core.engine import phone_address as addresses
from core.engine.phone_address import PhoneAddress, Server
from pages.shell.addresses import base_path


def phone_address(page: str) -> PhoneAddress:
    """Return the address by which phones open a page of this server, or the reason why phones cannot connect.

    Parameters
    ----------
    page
        The path and the query of the page below the path of the server, such as "/room?code=4721".
    """
    is_public = config.is_manually_set("browser.serverAddress")
    server = Server(
        listens_on=st.get_option("server.address") or "",
        port=st.get_option("server.port"),
        public_host=st.get_option("browser.serverAddress") if is_public else "",
        public_port=st.get_option("browser.serverPort") if is_public else 0,
        path=base_path(),
    )
    return addresses.phone_address(page, st.context.url or "", server)
