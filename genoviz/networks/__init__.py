"""One file per architecture, loaded by the name that a card gives. Nothing else imports them."""
