"""The parts of What is Keras?"""
