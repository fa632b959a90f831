"""Synthetic deliveries with ground truth, calibrated to published national figures.

Belongs here: drawing municipalities, writing their deliveries, planting defects, writing what is true. Does not belong
here: reading deliveries or counting from them; that is what the truth is compared with.
"""

from orchestration.synthetic.generate import DEFAULT_MUNICIPALITIES, DEFAULT_SEED, DEFAULT_YEARS, SynthesisSummary, synthesize

__all__ = ["DEFAULT_MUNICIPALITIES", "DEFAULT_SEED", "DEFAULT_YEARS", "SynthesisSummary", "synthesize"]
