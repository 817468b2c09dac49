"""Modules of version 0.1.0 under their old names: users' scripts and the cards of users' models name them.

Importing an old name gives the module that has its definitions now, or looks them up where one module became several.
Nothing in genoviz itself uses an old name.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence as Seq
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType
from typing import Any

_NETWORKS = [
    "basset",
    "borzoi",
    "bpnet",
    "byte_pairs",
    "cherimoya",
    "cloze",
    "cloze_head",
    "construct",
    "convgru",
    "convnet",
    "danq",
    "deepbind",
    "deepsea",
    "deepstarr",
    "dilated",
    "dnabert2",
    "enformer",
    "framepool",
    "gpn",
    "hyenadna",
    "keras_layers",
    "kmer",
    "legnet",
    "long_range",
    "malinois",
    "maxent",
    "mmsplice",
    "mpra_dragonn",
    "mpra_legnet",
    "nucleotide_transformer",
    "pangolin",
    "phylogpn",
    "procapnet",
    "profile_counts",
    "published_bpnet",
    "pwm",
    "recurrent_lm",
    "relative_attention",
    "spliceai",
    "tfbind",
    "tokens",
    "toy",
    "vae",
]
_RECIPES = [
    "clip",
    "crx",
    "ecoli",
    "ecoli_transfer",
    "factor_baselines",
    "gue_factors",
    "human_promoters",
    "language",
    "splice",
    "tfbind",
    "utr5",
    "vae",
    "yeast_binding",
    "yeast_promoters",
]
MOVED = {
    **{f"models.{name}": f"networks.{name}" for name in _NETWORKS},
    **{f"training.{name}": f"training.recipes.{name}" for name in _RECIPES},
    "ablate": "mutagenesis.ablation",
    "agreement": "predict.agreement",
    "alignment": "sequences.edit_alignment",
    "allele_parts": "variants.parts",
    "allele_windows": "variants.windows",
    "along": "predict.values_along",
    "attribution_methods": "attribute.methods attribute.computations",
    "backgrounds": "grammar.backgrounds",
    "baselines": "attribute.baselines",
    "batch": "effects.batch",
    "bed_regions": "genomes.regions",
    "chromosome_names": "genomes.chromosome_names",
    "chunks": "effects.file_chunks effects.chunk_scorer",
    "cli_common": "cli.common",
    "cli_genome": "cli.genome",
    "cli_models": "cli.models",
    "cli_splice": "cli.splice",
    "cli_variants": "cli.variants effects.tables",
    "contract": "trust.model_contract",
    "contributions": "attribute.contributions",
    "counterfactual": "design.counterfactual design.tables",
    "dependence": "grammar.dependence",
    "design_check": "design.check design.tables",
    "design_rules": "design.rules",
    "design_search": "design.search",
    "downloads": "genomes.download files.download",
    "edit_text": "sequences.edit_text",
    "edits": "sequences.edits",
    "effect_background": "effects.background",
    "effect_notices": "effects.notices models.notices",
    "effect_score": "effects.score",
    "embed": "predict.embed",
    "epistasis": "mutagenesis.epistasis",
    "expectation": "predict.expectation",
    "export": "files.tsv models.provenance predict.tables attribute.tables mutagenesis.tables",
    "fasta": "genomes.fasta",
    "fetch": "models.fetch",
    "filter_background": "discover.comparison",
    "filters": "discover.filters",
    "folders": "files.folders",
    "gene_drafts": "genes.drafts",
    "gene_files": "genes.rows",
    "gene_index": "genes.index",
    "gene_track": "genes.track",
    "genome": "genomes.genome",
    "genomic_name": "variants.genomic_name",
    "grammar_export": "grammar.tables",
    "grammar_results": "grammar.results",
    "hgvs": "variants.hgvs",
    "landmarks": "genes.landmarks",
    "links": "report.links",
    "local_engine": "effects.local",
    "locus": "sequences.locus",
    "long_input": "models.size models.target predict.cost attribute.methods mutagenesis.long",
    "modisco": "discover.modisco",
    "motif": "motifs.motif",
    "motif_changes": "effects.motif_changes",
    "motif_collection": "motifs.collection",
    "motif_files": "motifs.files",
    "motif_match": "motifs.match",
    "motif_names": "motifs.names",
    "motif_pvalue": "motifs.p_value",
    "onehot": "models.onehot",
    "out_of_distribution": "trust.out_of_distribution",
    "places": "genes.places",
    "random_windows": "genomes.random_windows",
    "ray_engine": "effects.ray",
    "record_sites": "discover.sites",
    "remote_genome": "genomes.remote",
    "rescale": "attribute.rescale",
    "resolver": "variants.resolver",
    "resumable": "files.resumable",
    "sample": "predict.sample",
    "scan": "motifs.scan",
    "secants": "attribute.secant_functions",
    "seqlet_clusters": "discover.clusters",
    "seqlets": "motifs.seqlets",
    "sequence": "sequences.sequence sequences.bases",
    "sequence_text": "sequences.sequence sequences.text",
    "shuffle": "sequences.shuffle",
    "site_bench": "grammar.bench",
    "site_strength": "splicing.strength",
    "site_use": "attribute.site_use attribute.tables",
    "sites": "motifs.sites",
    "splice_alleles": "splicing.alleles",
    "splice_along": "splicing.along",
    "splice_effect": "splicing.effect",
    "splice_modules": "splicing.modules",
    "splice_rows": "splicing.tables splicing.many",
    "splice_usage": "splicing.usage",
    "spread": "grammar.mean_interval",
    "summary": "models.words report.methods_text",
    "target": "models.target",
    "teaching": "genomes.teaching",
    "tomtom": "motifs.tomtom",
    "tracks": "sequences.tracks",
    "training.metrics": "models.metrics",
    "transcripts": "genes.transcripts",
    "ui.outputs": "ui.frame.outputs",
    "variant": "variants.variant",
    "variant_check": "variants.check",
    "variant_effect": "effects.effect",
    "variant_export": "effects.tables report.variant_tables",
    "variant_files": "variants.files variants.output",
    "variant_results": "effects.results",
    "variant_rows": "variants.rows",
    "variant_spelling": "variants.spelling",
    "web": "files.web",
    "window": "sequences.edited_window",
}


class _OldNames(MetaPathFinder, Loader):
    def find_spec(self, name: str, path: Seq[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name.removeprefix("genoviz.") in MOVED else None

    def exec_module(self, module: ModuleType) -> None:
        found = [import_module(f"genoviz.{new}") for new in MOVED[module.__name__.removeprefix("genoviz.")].split()]
        if len(found) == 1:  # the import system hands out what stands in sys.modules after this
            sys.modules[module.__name__] = found[0]
            return

        def find(name: str) -> Any:
            for other in found:
                if hasattr(other, name):
                    return getattr(other, name)
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

        module.__getattr__ = find  # type: ignore[method-assign]


def find_old_names() -> None:
    """Let `import` find the old names, after everything that exists."""
    if not any(isinstance(finder, _OldNames) for finder in sys.meta_path):
        sys.meta_path.append(_OldNames())
