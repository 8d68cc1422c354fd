"""The pack of a committee as a workbook: the figures behind the two pages, as numbers.

Hours are numbers with their unit in the header. What is masked says « masqué », what is not known
« – »: neither is ever a zero. The same figures give the same bytes.
"""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from core import fr
from core.competences_cles import note_figures, pack_tables, pack_whole, paths, portrait
from core.competences_cles.note_figures import DAYS, MASKED, MISSING, SHARES, Figure
from core.competences_cles.outlook import OrderView
from core.competences_cles.pack import BANNER
from core.competences_cles.portrait import Portrait, Sitting
from core.exporting import CELL_LENGTH, CREATED, neutral

HOUR = 60
Cell = Any
Rows = list[list[Cell]]
SHEETS = ("Synthèse", "Bons", "Mois", "Mouvements", "Notes", "Sources et méthode")
HEADERS = {
    "Synthèse": ("Rubrique", "Indicateur", "Valeur", "Unité", "Précision"),
    "Bons": ("Bon", "Opérateur", "État", "Début", "Échéance", "Commandé (h)", "Consommé (h)",
             "Engagé (h)", "Reste (h)", "Disponible (h)", "Consommé / commandé", "Rythme (h/mois)",
             "Épuisement", "Prévisionnel"),
    "Mois": ("Bon", "Mois", "Déclaré (h)", "Encore attendu (h)", "Prévisionnel (h)",
             "Jours ouvrés", "Dans le rythme"),
    "Mouvements": ("Bon", "Effet le", "Connu le", "Nature", "Quantité (h)", "Motif", "Auteur"),
    "Notes": ("Trimestre", "Thème", "Note", "Source", "Chiffre commenté", "Valeur à l’écriture",
              "Valeur au jour du dossier", "Unité", "Écrite le", "Auteur"),
    "Sources et méthode": ("Sujet", "Texte"),
}  # fmt: skip


def xlsx(found: Portrait, sitting: Sitting) -> bytes:
    """Return the workbook of a pack, its six sheets in the order of the study."""
    file = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"created": CREATED, "title": f"Compétences Clés – {found.name}"})
    rows = {
        "Synthèse": summary_rows(found, sitting), "Bons": [_order(one, found) for one in
                                                          found.views],
        "Mois": month_rows(found.views), "Mouvements": _movements(found), "Notes": _notes(found),
        "Sources et méthode": _method(found, sitting),
    }  # fmt: skip
    for name in SHEETS:
        _write(book, name, rows[name])
    book.close()
    return file.getvalue()


def _write(book: Any, name: str, rows: Rows) -> None:
    page = book.add_worksheet(name)
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    styles = {
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.0", "valign": "top"}),
        "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
    }
    titles = HEADERS[name]
    for rank, title in enumerate(titles):
        page.write_string(0, rank, title, header)
        texts = [len(str(row[rank])) for row in rows]
        page.set_column(rank, rank, min(max([*texts, len(title), 8]) + 2, 60))
    for line, row in enumerate(rows, start=1):
        for rank, value in enumerate(row):
            _cell(page, (line, rank), value, styles)
    page.freeze_panes(1, 0)
    if rows:
        page.autofilter(0, 0, len(rows), len(titles) - 1)


class Share(float):
    """A number written as a percentage."""


def _cell(page: Any, place: tuple[int, int], value: Cell, styles: dict[str, Any]) -> None:
    if value is None:
        page.write_string(*place, MISSING, styles["text"])
    elif isinstance(value, str):
        page.write_string(*place, str(neutral(value))[:CELL_LENGTH], styles["text"])
    elif isinstance(value, int | float):
        kind = "whole" if isinstance(value, int) else "number"
        page.write_number(*place, value, styles["share" if isinstance(value, Share) else kind])
    else:
        page.write_datetime(*place, value, styles["day"])


def _hours(quantity: float | None) -> float | None:
    return None if quantity is None else round(quantity / HOUR, 2)


def _share(value: float | None) -> Share | None:
    return None if value is None else Share(value)


def measured(one: Figure | None) -> tuple[Cell, str]:
    """Return a figure as a cell and its unit; « masqué » where it tells of few persons."""
    if one is None:
        return None, ""
    unit = "%" if one.key in SHARES else "jours" if one.key in DAYS else "h"
    if one.is_masked:
        return MASKED, unit
    if one.key in SHARES:
        return _share(one.value), unit
    return (one.value if one.key in DAYS else _hours(one.value)), unit


def summary_rows(found: Portrait, sitting: Sitting) -> Rows:
    """Return the first sheet: the answer, figures, publics, decisions."""
    rows: Rows = [
        ["Réponse", "Les bons tiendront-ils ?", portrait.summary(found), "", ""],
        ["Quantités", "À notifier", _hours(found.quantities.pending), "h", "émis, non notifiés"],
    ]
    for one in portrait.figures(found).values():
        value, unit = measured(one)
        rows.append(["Chiffres", one.key.label, value, unit, f"connu au {fr.day(one.known_on)}"])
    view = found.whole
    rows.append(["Prévision", "Épuisement", view.told(found.known_on) if view else None, "", ""])
    rows.append(["Prévision", "Prévisionnel", view.lead.told() if view else None, "", ""])
    rows.append(["Prévision", "Prévisions passées", found.back_test, "", "région"])
    rows += _flow(found)
    rows += [["Décision prise", fr.day(one.decided_on), one.text, "", one.effect or "effet non "
              "encore mesuré"] for one in found.past]  # fmt: skip
    rows += [["Décision demandée", str(rank), text, "", ""] for rank, text in
             enumerate(sitting.asked, start=1)]  # fmt: skip
    return rows


def _flow(found: Portrait) -> Rows:
    counted = portrait.outcomes(found.paths)
    flow = (("Prescriptions", counted.prescribed), ("Entrées", counted.entered))
    rows: Rows = [
        ["Publics", label, MASKED if paths.is_small(count) else count, "personnes",
         portrait.window(found)]
        for label, count in flow
    ]  # fmt: skip
    for one in portrait.publics(found.persons):
        hidden = pack_tables.hidden_groups(dict(one.groups))
        rows += [
            [one.title, label, MASKED if label in hidden else count, "personnes", ""]
            for label, count in one.groups
        ]
    return rows


def _order(one: OrderView, found: Portrait) -> list[Cell]:
    own, facts = one.quantities, one.facts
    return [
        facts.number, facts.operator, facts.state.label, facts.start, facts.end,
        _hours(own.ordered), _hours(own.consumed), _hours(own.committed), _hours(own.remaining),
        _hours(own.available), _share(own.rate),
        None if one.pace.is_stale else _hours(one.per_month), one.told(found.known_on),
        one.lead.told(),
    ]  # fmt: skip


def month_rows(views: Sequence[OrderView]) -> Rows:
    """Return one row an order and month: a month that nobody declared is not a zero."""
    rows: Rows = []
    for one in views:
        plan = pack_whole.foreseen_by_month(one.plan, [month.period for month in one.pace.months])
        rows += [
            [one.facts.number, fr.month(month.period), _hours(month.declared),
             None if month.declared is None else _hours(month.still_expected),
             _hours(plan.get(month.period)), month.days, month.use.label]
            for month in one.pace.months
        ]  # fmt: skip
    return rows


def _movements(found: Portrait) -> Rows:
    return [
        [one.number, one.effective_on, one.known_on, one.kind, _hours(one.delta), one.reason,
         one.author]
        for one in found.movements
    ]  # fmt: skip


def _notes(found: Portrait) -> Rows:
    now, rows = portrait.figures(found), []
    for one in found.notes:
        (then, unit), label = measured(one.figure), one.figure.key.label if one.figure else None
        today, _ = measured(now.get(one.figure.key) if one.figure else None)
        rows.append([note_figures.quarter_told(one.quarter), one.theme, one.text, one.source,
                     label, then, today, unit, one.written_on, one.author])  # fmt: skip
    return rows


def _method(found: Portrait, sitting: Sitting) -> Rows:
    banner = [["Avertissement", BANNER]] if found.is_demonstration else []
    return [
        *banner,
        ["Dossier", f"Compétences Clés – {found.name} ({found.code}), comité de pilotage du "
         f"{fr.day(sitting.committee_on)}, version {sitting.version}"],
        ["Données", found.coverage.told()],
        ["Commandé (C)", "Quantités notifiées et tous leurs mouvements connus à la date."],
        ["Consommé (K)", "Somme signée du registre : les corrections sont des lignes de plus."],
        ["Engagé (G)", "Heures à venir des parcours en cours, pondérées par le taux de poursuite."
         + (f" {found.whole.share.told()}." if found.whole else "")],
        ["Disponible", "C − K − G, jamais ramené à zéro : négatif, c’est un dépassement."],
        ["Mois", "Encore attendu : d’après les délais de déclaration passés de l’opérateur. "
         "« – » : non déclaré, ce n’est pas un zéro."],
        ["Prévision", "Intervalle de 8 chances sur 10 ; "
         + (found.whole.plan.label if found.whole else "aucun bon en cours") + "."],
        ["Publics", f"{portrait.window(found)} Chaque personne une fois."],
        ["Masqué", "Un groupe de moins de cinq personnes, ou qui permettrait d’en déduire un."],
        ["Abandons", "Sur les issues connues ; un parcours ouvert ne compte pas."],
        ["Champ", "Bons en heures, notifiés et non échus ; les autres unités sont dans le suivi."],
    ]  # fmt: skip
