"""Typing into the box of a page and going on, as a person does."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def ask(app: AppTest, text: str) -> AppTest:
    """Write into the box, brought back where something is open; what was understood is on the page."""
    if not has_box(app):
        app.button(key="given_change").click().run()
    app.text_area(key="box_text").set_value(text)
    return app.run()


def has_box(app: AppTest) -> bool:
    """Whether the box is on the page."""
    return any(area.key == "box_text" for area in app.text_area)


def paste(app: AppTest, text: str) -> AppTest:
    """Write into the box and go on, where it offers to."""
    ask(app, text)
    if any(button.key == "box_go" for button in app.button):
        app.button(key="box_go").click()
        app.run()
    return app
