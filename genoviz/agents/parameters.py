"""What the parameters of the tools are, in words: they stand in the input schemas."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Handle = Annotated[str, Field(description="What open_sequence, open_place, open_example or edit gave.")]
ModelName = Annotated[str, Field(description="Name of a model, see list_models. Empty: that of an open example.")]
TargetText = Annotated[
    str,
    Field(
        description="The number to look at: TRACK or OUTPUT:TRACK of the model, with optional [START-END] bins, /mean, "
        "/sum or /max, then @logit (default) or @value. Empty: the first track."
    ),
]
GenomeName = Annotated[
    str, Field(description="Name of a genome on this computer; `teaching` is always there and synthetic.")
]
Strand = Annotated[str, Field(description="Strand that the model reads: `+` or `-`. Empty: as annotated.")]
