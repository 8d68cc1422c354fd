"""The keyboard: which field has it, what is typed while another entry is read, back to the top."""

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


ONE_BY_ONE = """
<script>
(() => {
  const own = window.rtTyped ??= { waiting: [], begun: "", isBusy: false };
  const field = () => document.querySelector(".st-key-%s input");
  const write = (text) => {
    const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    value.set.call(field(), text);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  };
  const enter = () => ["keydown", "keypress"].forEach((kind) => field()?.dispatchEvent(
    new KeyboardEvent(kind, { key: "Enter", charCode: 13, keyCode: 13, bubbles: true }),
  ));
  const wait = () => {
    own.isBusy = true;
    clearTimeout(own.patience);
    own.patience = setTimeout(next, 15000); // what was sent is lost: go on
  };
  const next = () => {
    clearTimeout(own.patience);
    own.isBusy = false;
    if (!field()) { // the page was left: nothing of it is entered once it is opened again
      own.waiting = [];
      own.begun = "";
    } else if (own.waiting.length) {
      wait();
      write(own.waiting.shift());
      setTimeout(enter);
    } else if (own.begun) {
      write(own.begun);
      own.begun = "";
    }
  };
  const typed = (event) => {
    const isLeft = !event.isTrusted || event.ctrlKey || event.metaKey;
    if (isLeft || !field() || event.target !== field()) return;
    if (!own.isBusy) {
      if (event.key === "Enter" && field().value.trim()) wait();
      return;
    }
    if (event.key === "Enter") {
      if (own.begun.trim()) own.waiting.push(own.begun);
      own.begun = "";
    } else if (event.key === "Backspace") {
      own.begun = own.begun.slice(0, -1);
    } else if (event.key.length === 1) {
      own.begun += event.key;
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  if (!own.isListening) {
    own.isListening = true;
    addEventListener("keydown", typed, true);
  }
  next(); // %s were read
})();
</script>
"""


def one_by_one(key: str, count: int) -> None:
    """Let what is typed into a field wait until what was entered before is read; ``count`` were.

    Streamlit holds one request: a second that comes before the first has begun takes its place.
    """
    st.html(ONE_BY_ONE % (key, count), unsafe_allow_javascript=True)
