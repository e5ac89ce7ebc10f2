"""A page of an ordinary executed notebook: Markdown, Altair charts, data frames and pictures, outside a review.

``vega`` draws a chart for a page's width and reads the rows behind its marks, ``ink`` has the marks be seen on paper,
``outputs`` makes parts of what cells show, ``prose`` of what their Markdown says, ``page`` puts them together. No
bounds, claims, origins or second language: what is written is the author's, and the page lists what it lacks.
"""
