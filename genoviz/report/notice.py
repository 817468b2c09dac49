"""What stands under every prediction, on pages and in files."""

NOTICE = "For research and teaching. Predictions describe the model; they are not evidence about a person's health."
