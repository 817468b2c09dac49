"""The sequence viewer without a page around it: tracks, messages, and the script and style that browsers run.

`genoviz.ui.viewer` puts it on pages of the app, `genoviz.report.story` into files. Nothing is fetched from another host: the
script, style and letter outlines travel with it.
"""
