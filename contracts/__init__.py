"""The published language of Kinbridge: what one service may tell another, and nothing that acts."""
