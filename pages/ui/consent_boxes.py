"""What somebody may agree to: one box each, ticked by nobody but them."""

from collections.abc import Collection

import streamlit as st

from core.people.consents import PURPOSES

FREE = "Rien n’oblige à les donner ; ils se retirent à tout moment."


def show(key: str, *, held: Collection[str] = (), said: str = "Accepte de") -> tuple[str, ...]:
    """Show a box for each purpose, ticked only where it is agreed to already; return the ticked."""
    return tuple(
        purpose
        for purpose, label in PURPOSES.items()
        if st.checkbox(f"{said} {label}", value=purpose in held, key=f"{key}_{purpose}")
    )
