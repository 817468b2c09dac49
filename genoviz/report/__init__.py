"""What leaves the app: links that restore a view, methods paragraphs, tables of variants."""
