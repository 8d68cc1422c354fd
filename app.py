"""Entry point, in two halves: the server (extra routes, once) and the script (each rerun)."""

import streamlit as st

if __name__ == "__main__":
    from core import warm
    from pages.ui import frame, french, menu, read, start

    st.set_page_config(
        page_title="Ressources & Territoires",
        page_icon="🧭",
        layout="wide",
        initial_sidebar_state="auto",
    )
    start.ensure_store()
    read.begin()
    frame.role_switch()
    french.settle()
    st.navigation(
        {
            section: [
                st.Page(
                    entry.path,
                    title=entry.title,
                    url_path=entry.address or None,
                    default=not entry.address,
                    visibility="hidden" if entry.is_hidden else "visible",
                )
                for entry in entries
            ]
            for section, entries in menu.open_to(frame.viewer()).items()
        },
        expanded=True,  # else Streamlit folds a long menu behind an English "View more"
    ).run()
    warm.keep_modules()
else:
    from streamlit.runtime.pages_manager import PagesManager

    from core import warm, web

    # st.navigation says so at its first run; before it, Streamlit would look for scripts in
    # pages/ by itself, and answer the first visit of a page's address with "Page not found".
    PagesManager.uses_pages_directory = False
    warm.settle()
    app = st.App(__file__, routes=web.ROUTES)
