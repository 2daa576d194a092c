"""The functions that compute the results of the requests in `core.views` with Keras.

The parameters of a function are the fields of its request.
"""
