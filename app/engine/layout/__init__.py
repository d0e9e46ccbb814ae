"""From a Topology to rows of the World, and from an edited one to a patch."""
