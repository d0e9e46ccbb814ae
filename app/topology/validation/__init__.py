"""Problems of a drawing, each with the node or link that has it."""
