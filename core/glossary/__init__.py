"""The terms of machine learning on the pages, each with a sentence, a drawing or a worked example, and a link."""
