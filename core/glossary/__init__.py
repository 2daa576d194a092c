"""The words of machine learning that stand on pages: each with a sentence, a drawing or a worked example, and a link."""
