"""All Streamlit, no Keras. Each page is a script that reads aloud; what they share is in session, widgets and frame."""
