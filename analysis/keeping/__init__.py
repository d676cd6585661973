"""Files written whole, fingerprints of code, results made once and read ever after."""
