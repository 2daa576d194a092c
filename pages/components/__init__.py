"""Interface elements that Streamlit lacks, in a folder for each component with its Python, JavaScript, CSS and HTML.

`shared/` holds the JavaScript that several components import.
"""
