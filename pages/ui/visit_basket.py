"""The basket of a visitor: records gathered for the time of a visit, carried by the address."""

from collections.abc import Sequence

import streamlit as st

KEY, HELD, READ = "documents", "panier_de_visite", "panier_lu"
MOST = 100
LONGEST = 1_000


def held() -> list[int]:
    """Return the records gathered: those of the address, else those of this visit."""
    text = st.query_params.get(KEY, "")
    if text and text != st.session_state.get(READ):  # an address is read once: clicks win over it
        st.session_state[HELD], st.session_state[READ] = parsed(text), text
    kept: list[int] = st.session_state.get(HELD, [])
    return kept


def parsed(text: str) -> list[int]:
    """Read the records that an address carries; what is not a number is left aside."""
    numbers = [one for one in text[:LONGEST].split(".") if one.isascii() and one.isdigit()]
    return list(dict.fromkeys(int(one) for one in numbers if len(one) < 10))[:MOST]


def keep(ids: Sequence[int]) -> None:
    """Hold records for the visit, in the address too; the first hundred are kept."""
    st.session_state[HELD] = list(dict.fromkeys(ids))[:MOST]
    if st.session_state[HELD]:
        st.query_params[KEY] = written()
    else:
        st.query_params.pop(KEY, None)


def written() -> str:
    """Return the records gathered as an address carries them."""
    return ".".join(str(one) for one in held())


def suffix() -> str:
    """Return what a link adds to its address, so that the basket follows."""
    return f"&{KEY}={written()}" if held() else ""
