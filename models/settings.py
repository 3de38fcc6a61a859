"""What the migration tool reads: the models, on the database that the environment names."""

import os

from models.database import tortoise_config

TORTOISE = tortoise_config(os.environ.get("RAPPORT_DATABASE_URL", "sqlite://:memory:"))
