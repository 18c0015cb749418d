"""The catalogue as values: pure, without a database.

``load(path)`` reads a folder and gives a `Catalogue` or raises `CatalogueError` with *every* finding;
``read(path)`` gives what could be read together with the findings. A file's keys are declared once, as the
fields of the dataclasses in `things`: the reader (`shapes`), the published JSON Schema and the types that
other rooms see all come from there.
"""

from tongban.catalogue.domain.binding import BoundEvent, BoundItem, BoundMaterial, BoundSource, Shape
from tongban.catalogue.domain.catalogue import KINDS, Catalogue
from tongban.catalogue.domain.drawn import MODELS, DecisionModel, ProcessModel
from tongban.catalogue.domain.events import Condition, ItemUse, LifeEvent, Many, Resource, Role, SourceBinding
from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.findings import CatalogueError, Finding, Severity
from tongban.catalogue.domain.items import (
    Fee,
    Handlers,
    IssuedCertificate,
    Limits,
    MaterialNeed,
    Need,
    Produces,
    ServiceItem,
    StatutoryLimit,
)
from tongban.catalogue.domain.joint import JointRule, Objection
from tongban.catalogue.domain.loading import (
    from_content,
    load,
    read,
    text_to_content,
    version_of,
    with_changes,
)
from tongban.catalogue.domain.overlays import Overlay, Regional
from tongban.catalogue.domain.ruling import Judgement, Rule
from tongban.catalogue.domain.systems import DepartmentSystem
from tongban.catalogue.domain.things import (
    CodeEntry,
    CodeList,
    DataElement,
    Department,
    Law,
    LawRef,
    Material,
    Replacement,
)
from tongban.catalogue.domain.values import Place, Text
from tongban.catalogue.domain.ways import CHOICE, Choice

__all__ = [
    "CHOICE",
    "KINDS",
    "MODELS",
    "BoundEvent",
    "BoundItem",
    "BoundMaterial",
    "BoundSource",
    "Catalogue",
    "CatalogueError",
    "Choice",
    "CodeEntry",
    "CodeList",
    "Condition",
    "DataElement",
    "DecisionModel",
    "Department",
    "DepartmentSystem",
    "Fee",
    "Feel",
    "Finding",
    "Handlers",
    "IssuedCertificate",
    "ItemUse",
    "JointRule",
    "Judgement",
    "Law",
    "LawRef",
    "LifeEvent",
    "Limits",
    "Many",
    "Material",
    "MaterialNeed",
    "Need",
    "Objection",
    "Overlay",
    "Place",
    "ProcessModel",
    "Produces",
    "Regional",
    "Replacement",
    "Resource",
    "Role",
    "Rule",
    "ServiceItem",
    "Severity",
    "Shape",
    "SourceBinding",
    "StatutoryLimit",
    "Text",
    "from_content",
    "load",
    "read",
    "text_to_content",
    "version_of",
    "with_changes",
]
