"""Names of fields: as plain Python, a row's field is an attribute beside NumPy's own."""

import numpy as np

from app.kernel.state import fields, tables


def test_no_field_has_the_name_of_an_attribute_of_numpy_records() -> None:
    types = [
        value
        for module in (fields, tables)
        for value in vars(module).values()
        if isinstance(value, np.dtype) and value.names
    ]
    assert len(types) > 10
    names = {name for dtype in types for name in dtype.names or ()}
    assert not {name for name in names if hasattr(np.recarray, name)}
