"""What Streamlit cannot draw: one folder a component, with its Python, JavaScript, CSS and HTML.

`shared/` holds the JavaScript that several components import.
"""
