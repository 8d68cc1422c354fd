"""Where a page stands: the field that has the keyboard, and back to the top of a new list."""

import streamlit as st

SCRIPT = """
<script>
(() => {
  let tries = 0, mine = true; // %s
  const leave = () => { mine = false; }; // the reader has begun elsewhere
  addEventListener("keydown", leave, { once: true, capture: true });
  addEventListener("pointerdown", leave, { once: true, capture: true });
  const focus = () => {
    const field = document.querySelector(".st-key-%s input");
    if (mine && field && document.activeElement !== field) field.focus({ preventScroll: true });
    if (mine && tries++ < 25) setTimeout(focus, 60);
  };
  setTimeout(focus, 50);
})();
</script>
"""


def focus(key: str, turn: object = 0) -> None:
    """Give the focus to the field of a key, once, and again each time ``turn`` changes."""
    st.html(SCRIPT % (f"{turn}: the field gets the focus", key), unsafe_allow_javascript=True)


TOP = """
<script>
document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 }); // %s
</script>
"""


def to_top(turn: object) -> None:
    """Show the top of the page, once for each value of ``turn``."""
    st.html(TOP % f"{turn}: the list begins", unsafe_allow_javascript=True)
