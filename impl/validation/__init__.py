"""§1.2-§1.4 and §1.8: parachain blocks, primary validation, receipts, attestations on chain."""
