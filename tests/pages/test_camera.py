"""A code read by the camera is treated once, as if it had been typed; none read is told."""

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from tests.pages.opening import said


def desk() -> None:
    import streamlit as st  # noqa: PLC0415  # a script run alone

    from pages.ui import camera_panel, desk_view, frame  # noqa: PLC0415  # a script run alone

    codes = st.query_params.get_all("vu")
    desk_view.result(frame.viewer(), frame.today())
    desk_view.reader(frame.viewer(), frame.today())
    camera_panel.taken(frame.viewer(), frame.today(), "photo 1", codes)


def photographed(*codes: str) -> AppTest:
    app = AppTest.from_function(desk, default_timeout=60)
    app.session_state["role"] = Role.STAFF
    app.query_params["vu"] = list(codes)
    return app.run()


@pytest.mark.usefixtures("read_store")
def test_one_code_opens_its_reader_and_a_rerun_does_not_shut_it() -> None:
    app = photographed("L1000")
    assert "carte L1000" in said(app)
    assert "carte L1000" in said(app.run())


@pytest.mark.usefixtures("read_store")
def test_one_of_several_codes_is_chosen_and_none_is_told() -> None:
    app = photographed("L1000", "L1001")
    assert "carte L1001" not in said(app)
    assert "carte L1001" in said(app.button(key="camera_L1001").click().run())
    assert "tapez le numéro" in photographed().warning[0].value
