"""`tongban catalogue`: check the content, publish and compare it, take in a list, show what is there."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tongban.catalogue.domain import MODELS, Catalogue, Finding, ServiceItem, Severity, read
from tongban.kernel.errors import NotFound, TongbanError
from tongban.runtime.commands.catalogue_versions import diff, publish, report, versions
from tongban.runtime.commands.output import failed, print_json

app = typer.Typer(no_args_is_help=True, help="The content: departments, items, life events.")
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
for _command in (publish, versions, diff, report):
    app.command()(_command)
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


@app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(help="A catalogue folder or an official guide (JSON); default: our own content."),
    ] = None,
    *,
    unverified: Annotated[
        bool,
        typer.Option("--unverified", help="List the law articles that nobody has verified, and their uses."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the form of the files, their references, and the law they quote. Exit code 1 on errors."""
    from tongban.catalogue.check import check_path
    from tongban.catalogue.folders import product_folder

    where = path or product_folder()
    if unverified:
        _unverified(where, as_json=as_json)
        return
    if not where.exists():
        problem = Finding(
            code="catalogue.unreadable", message="There is no such file or folder.", file=str(where)
        )
        findings = [problem]
    else:
        findings = [*check_path(where), *_processes(where)]
    counts = Counter(finding.severity for finding in findings)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    if as_json:
        print_json(
            {
                "path": str(where),
                "errors": errors,
                "warnings": warnings,
                "findings": [finding.to_json() for finding in findings],
            }
        )
    else:
        console = Console(highlight=False)
        for finding in findings:
            place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part)
            console.print(place, style="bold", end=" ", markup=False, soft_wrap=True)
            console.print(str(finding.severity), style=_STYLES[finding.severity], end=" ")
            named = f"{finding.element}: " if finding.element else ""
            console.print(f"{named}{finding.message} [{finding.code}]", markup=False, soft_wrap=True)
            if finding.hint:
                console.print(f"    → {finding.hint}", style="dim", markup=False, soft_wrap=True)
        console.print(f"{errors} errors, {warnings} warnings", style="bold" if errors else "green")
    raise typer.Exit(1 if errors else 0)


def _processes(where: Path) -> list[Finding]:
    """What the engine says of the drawn processes of a folder; a refused one is an error of the content."""
    if not (where / "processes").is_dir():
        return []
    from tongban.process.bpmn import read as read_model
    from tongban.process.findings import Finding as Said

    catalogue, found = read(where)[0], []
    for code, process in catalogue.processes.items():
        try:
            said = read_model(process.model.encode()).findings
        except TongbanError as error:
            said = (Said(code, "error", str(error)),)
        place = catalogue.place("processes", code)
        found += [
            Finding(
                severity=Severity(one.severity),
                code=f"process.{one.severity}",
                message=one.message,
                file=place.file,
                line=place.line,
                column=place.column,
                element=one.element,
                subject=f"processes/{code}",
            )
            for one in said
        ]
    return found


def _unverified(where: Path, *, as_json: bool) -> None:
    """Lists the law articles marked `verified: false` and their uses; a draft cites the product's laws."""
    from tongban.catalogue.checks.laws import unverified
    from tongban.catalogue.folders import product_folder

    if not where.is_dir():
        reason = TongbanError(
            "catalogue.no_folder",
            f"{where} is no catalogue folder.",
            hint="Name the folder of the content or of a draft.",
            status=422,
        )
        raise failed(reason, as_json=as_json)
    product = product_folder()
    base = read(product)[0] if where.resolve() != product and product.is_dir() else None
    found = unverified(read(where)[0], base)
    used = sum(bool(one.used) for one in found)
    if as_json:
        print_json(
            {
                "path": str(where),
                "articles": len(found),
                "used": used,
                "unverified": [one.to_json() for one in found],
            }
        )
        return
    console = Console(highlight=False)
    for one in found:
        console.print(f"{one.law} {one.article or '—'}", style="bold", end=" ", markup=False)
        console.print(f"{one.title} [{one.file}]", markup=False, soft_wrap=True)
        for place in one.used:
            console.print(f"    {place}", markup=False, soft_wrap=True)
        if not one.used:
            console.print("    cited nowhere", style="dim", markup=False)
    console.print(f"{len(found)} unverified articles, {used} of them used", style="bold")


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="A guide (JSON or Markdown), or a district's list of service items (JSON)."),
    ],
    *,
    name: Annotated[str | None, typer.Option(help="Name of the list; default: the file's name.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the draft of a guide; default: drafts/ in the state directory."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in a guide as the draft of a life event, or a list of items row by row; tell what is wrong.

    A guide needs no database: its draft is written as YAML for an editor, and never over an editor's work.
    """
    from tongban.runtime.commands.guides import import_guide

    try:
        data = file.read_bytes()
    except OSError as error:
        reason = TongbanError("import.unreadable", f"{file} cannot be read: {error.strerror}.", status=422)
        raise failed(reason, as_json=as_json) from None
    try:
        if import_guide(data, file.name, out, as_json=as_json):
            return
    except TongbanError as error:
        raise failed(error, as_json=as_json) from None
    _import_list(data, name or file.stem, as_json=as_json)


def _import_list(data: bytes, name: str, *, as_json: bool) -> None:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=as_json or not sys.stderr.isatty(),
        transient=True,
    )
    from tongban.runtime.commands.database import database

    try:
        with database(), bar:
            from tongban.catalogue import actions

            task = bar.add_task("rows", total=None)
            done = actions.import_list(
                data,
                name=name,
                progress=lambda count, total: bar.update(task, completed=count, total=total),
            )
    except TongbanError as error:
        raise failed(error, as_json=as_json) from None
    if as_json:
        print_json(done.to_json())
        return
    console = Console(highlight=False)
    console.print(
        f"{done.rows} rows of {done.departments} departments: {done.new} new, {done.changed} changed, "
        f"{done.unchanged} unchanged, {done.gone} gone.",
        soft_wrap=True,
    )
    for fact, count in done.facts.items():
        console.print(f"{fact}: read in {count} rows")
    for code, count in done.findings.items():
        values = Counter(one["finding"]["value"] for one in done.problems if one["finding"]["code"] == code)
        console.print(f"{code}: {count} rows", style="yellow")
        for value, times in values.most_common():
            console.print(f"  {times:>5}  {value}", markup=False, soft_wrap=True)


@app.command()
def show(
    what: Annotated[
        str | None,
        typer.Argument(help="`kind/code` such as items/birth_certificate, or a code; default: overview."),
    ] = None,
    *,
    region: Annotated[
        str | None,
        typer.Option(help="Region code: the item as this region has it, and why."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the content: an overview, or one thing as it stands in its file."""
    from tongban.catalogue.folders import product_folder

    catalogue, _ = read(product_folder())
    if what is not None and region is not None:
        _regional(catalogue, what, region, as_json=as_json)
        return
    if what is None:
        _overview(catalogue, as_json=as_json)
        return
    wanted_kind, _, code = what.rpartition("/")
    found = [
        (kind, things[code])
        for kind, things in catalogue.content.items()
        if code in things and wanted_kind in {"", kind}
    ]
    if not found:
        from tongban.catalogue.domain.reading import did_you_mean

        known = [f"{kind}/{one}" for kind, things in catalogue.content.items() for one in things]
        hint = did_you_mean(what, known if wanted_kind else [one.partition("/")[2] for one in known])
        missing = TongbanError(
            "catalogue.not_found", f"The content holds no {what!r}.", hint=hint, status=404
        )
        raise failed(missing, as_json=as_json)
    if as_json:
        print_json({f"{kind}/{code}": thing for kind, thing in found})
        return
    import yaml

    for kind, thing in found:
        place = catalogue.place(kind, code)
        Console(highlight=False).print(f"# {place.file}", style="dim")
        if kind in MODELS:
            sys.stdout.write(thing["model"] + "\n")
            continue
        sys.stdout.write(yaml.safe_dump(thing, allow_unicode=True, sort_keys=False, width=110))


def _regional(catalogue: Catalogue, what: str, region: str, *, as_json: bool) -> None:
    """An item as a region has it: the keys that an overlay may change, each with where it comes from."""
    from tongban.kernel import regions

    kind, _, code = what.rpartition("/")
    try:
        if kind not in {"", "items"}:
            raise NotFound("catalogue.not_an_item", f"{what} is no item.", hint="Only items have overlays.")
        name = regions.region(region).name
        found = catalogue.regional(code, region)
    except TongbanError as error:
        raise failed(error, as_json=as_json) from None
    item, own = found.item, catalogue.item(code)
    values: dict[str, Any] = {
        "promised": {"amount": item.limits.promised.amount, "unit": str(item.limits.promised.unit)},
        "fee": {"amount": str(item.fee.amount), "currency": item.fee.currency},
        "channels": list(item.channels),
        "visits": item.visits,
        "delivery": list(item.delivery),
        "result": item.result.to_json() if item.result else None,
    }
    shown = {key: {"value": value, "from": found.origin.get(key, "item")} for key, value in values.items()}
    papers = dict.fromkeys([*_papers(own), *_papers(item)])
    materials = {
        paper: {"asked": paper in _papers(item), "from": found.origin.get(f"materials.{paper}", "item")}
        for paper in papers
    }
    sources = [
        {"region": one.region, "source": one.source, "verified": one.verified, "version": one.version}
        for one in catalogue.overlays_of(code, region)
    ]
    if as_json:
        print_json(
            {
                "item": code,
                "region": region,
                "name": item.name.to_json(),
                "version": item.version,
                **shown,
                "materials": materials,
                "overlays": sources,
            }
        )
        return
    table = Table("", "value", "from", title=f"{item.name.zh_hans} · {name}", title_justify="left")
    for key, line in shown.items():
        table.add_row(key, json.dumps(line["value"], ensure_ascii=False), line["from"])
    for paper, one in materials.items():
        table.add_row(paper, "asked" if one["asked"] else "not asked", str(one["from"]))
    console = Console(highlight=False)
    console.print(table)
    for line in sources:
        console.print(f"{line['region']}: {line['source']}", markup=False, soft_wrap=True)


def _papers(item: ServiceItem) -> list[str]:
    return [f"{code}.{of}" if of else code for one in item.materials for code, of in one.papers]


def _overview(catalogue: Any, *, as_json: bool) -> None:
    counts = {kind: len(things) for kind, things in catalogue.content.items()}
    if as_json:
        events = {code: event.name.to_json() for code, event in catalogue.life_events.items()}
        print_json({"version": catalogue.version, "counts": counts, "life_events": events})
        return
    table = Table(title=f"catalogue {catalogue.version}", title_justify="left")
    table.add_column("kind")
    table.add_column("count", justify="right")
    for kind, count in counts.items():
        table.add_row(kind, str(count))
    console = Console()
    console.print(table)
    for code, event in catalogue.life_events.items():
        console.print(f"{code}: {event.name.zh_hans} ({len(event.items)})", markup=False, highlight=False)


@app.command()
def schema(
    folder: Annotated[
        Path, typer.Argument(help="Where to write; the published ones stand in docs/catalogue-schema.")
    ],
) -> None:
    """Write the JSON Schema of every kind of file, for editors and for other tools."""
    from tongban.catalogue.schema import write

    for path in write(folder):
        typer.echo(path)
