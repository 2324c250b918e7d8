"""A council's rules as data: one TOML file per council, and the package that reads them."""
