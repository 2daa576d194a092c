"""The drawings of all interactive views, in a folder each: Python, with JavaScript and CSS if Streamlit lacks a drawing."""
