"""View models: what each template is given."""
