"""Everything that knows Streamlit's widgets, session state, caches and components."""
