"""A page of an ordinary executed notebook, outside a review: Markdown, Altair charts, data frames and pictures.

``vega`` draws charts at the widths of a page and reads the rows behind their marks, ``ink`` ensures the contrast of
marks, ``outputs`` converts the outputs of cells to parts, ``prose`` their Markdown, ``page`` assembles them. There are
no bounds, claims, origins or second language; texts that the author has to add are listed.
"""
