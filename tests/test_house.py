"""The rules of the house that no import linter can see."""

import tomllib
from pathlib import Path

from django.apps import apps
from django.db.models import Field, Model

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LAYERS = CONTRACTS["contracts"][0]["layers"]
FLOOR = {
    app: floor
    for floor, layer in enumerate(reversed(LAYERS))
    for app in map(str.strip, layer.split("|"))
}
OUR_MODELS = [model for model in apps.get_models() if model._meta.app_label in FLOOR]


def relations(model: type[Model]) -> list[Field]:
    """The relations that `model` itself declares: foreign keys, one to one, many to many."""
    return [field for field in model._meta.get_fields() if field.is_relation and field.concrete]


def app_of(field: Field) -> str:
    assert field.related_model, f"{field} points to nothing in particular"
    return field.related_model._meta.app_label


def test_relations_point_down_or_stay_at_home():
    assert OUR_MODELS
    wrong = [
        f"{field} → {app_of(field)}"
        for model in OUR_MODELS
        for field in relations(model)
        if app_of(field) in FLOOR
        and app_of(field) != model._meta.app_label
        and FLOOR[app_of(field)] >= FLOOR[model._meta.app_label]
    ]
    assert wrong == []
