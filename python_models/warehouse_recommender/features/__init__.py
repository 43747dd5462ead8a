"""Features that are learnt."""
