"""Pictures on their way in: uploads, data sets of a person's own, copies, previews."""
