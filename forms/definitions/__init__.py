"""The definitions of forms that ship with the product, one TOML file a form, and the vocabulary of field ids."""
