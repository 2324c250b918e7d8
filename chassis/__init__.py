"""What every service is bolted to; it knows nothing of the field Kinbridge serves."""
