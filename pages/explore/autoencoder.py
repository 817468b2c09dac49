"""What an autoencoder keeps of a sequence: encode, walk, change, denoise, draw."""

import streamlit as st

from genoviz.ui.autoencoder import page as autoencoder_page
from genoviz.ui.frame import inputs, page_settings
from genoviz.ui.frame.outputs import footer

inputs.keep_choices(autoencoder_page.KEYS, autoencoder_page.FIRST)
page_settings.open_link("autoencoder", autoencoder_page.SETTINGS)
st.title("Autoencoder", anchor=False)
choice = inputs.frame("teach")
autoencoder_page.show(choice)
page_settings.write(choice, autoencoder_page.SETTINGS)
footer()
