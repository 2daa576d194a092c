"""All Streamlit, no Keras: the scripts of the screens, and in folders what they share."""
