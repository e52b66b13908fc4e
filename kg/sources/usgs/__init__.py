"""The importers of the United States Geological Survey."""
