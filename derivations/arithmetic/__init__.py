"""Numbers, series and balls that are exact or enclosed: what proofs calculate with."""
