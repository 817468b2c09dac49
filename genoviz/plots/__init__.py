"""Pictures from numbers: no model, no Streamlit. Matplotlib figures are built without pyplot, which is not thread-safe."""
