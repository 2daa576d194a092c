"""All Streamlit code, without Keras: the scripts of the pages, and in folders the parts that pages share."""
