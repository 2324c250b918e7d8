"""The whole of Kinbridge on one machine that has nothing but Python and make."""
