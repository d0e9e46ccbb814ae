"""The palette: offered variants and hidden ones."""

from app.kinds import KINDS
from app.web.views.palette import palette


def test_old_presets_are_kept_for_links_and_not_offered() -> None:
    """Each name once, though a link may rely on what it used to stand for."""
    groups = palette("en")
    offered = [entry for group in groups for entry in group.entries]
    labels = [entry.label for entry in offered]
    assert len(labels) == len(set(labels))
    assert {"Web users", "Mobile users"} <= set(labels)
    names = {entry.preset for entry in offered}
    retired = {preset.name for kind in KINDS for preset in kind.presets if preset.retired}
    assert {"web_users", "mobile_users"} == retired
    assert not names & retired
