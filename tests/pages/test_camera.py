"""A code read by the camera goes into the desk's field; none read is told."""

from streamlit.testing.v1 import AppTest


def desk() -> None:
    import streamlit as st  # noqa: PLC0415  # a script run alone

    from pages.ui import camera_panel  # noqa: PLC0415  # a script run alone

    with st.form("guichet", clear_on_submit=True):
        st.text_input("Champ", key=camera_panel.FIELD)
        st.form_submit_button("Valider")
    camera_panel.offer(("L87",) if st.query_params.get("vu") else ())


def test_a_code_that_was_read_fills_the_field_of_the_desk() -> None:
    app = AppTest.from_function(desk)
    app.query_params["vu"] = "1"
    app.run()
    app.button(key="camera_L87").click().run()
    assert not app.exception
    assert app.text_input(key="guichet_texte").value == "L87"


def test_no_code_says_what_to_do() -> None:
    assert "tapez le numéro" in AppTest.from_function(desk).run().warning[0].value
