"""What an alert says: the figures that opened it, and what to do about it. In French, pure."""

from datetime import date

from core import fr
from core.competences_cles import alert_rules
from core.competences_cles.alert_rules import (
    AlertCode,
    ImportIndicators,
    Indicators,
    OperatorIndicators,
    OrderIndicators,
    Thresholds,
)
from core.competences_cles.alert_subjects import Subject
from core.competences_cles.units import UnitOfWork, amount

LEAST_SHOWN = 5
ADVICE = {
    AlertCode.VIGILANCE: "Vérifiez ce qui reste et préparez un bon ou une réallocation.",
    AlertCode.BLOCKING: "Demandez dès maintenant un bon ou une réallocation : le délai est court.",
    AlertCode.OVERRUN: "Régularisez par un avenant, ou corrigez les heures déclarées.",
    AlertCode.UNDER_USE: "Cherchez la cause avec l’opérateur ; des heures peuvent servir ailleurs.",
    AlertCode.SILENCE: "Appelez l’opérateur : les chiffres de ses bons ne sont plus à jour.",
    AlertCode.QUALITY: "Ouvrez la feuille de contrôle de l’export et corrigez à la source.",
    AlertCode.PATHS: "Demandez à l’opérateur où en sont ces parcours.",
}  # fmt: skip


def few(count: int, singular: str, plural: str = "") -> str:
    """Write a number of persons; under five it is not told.

    >>> few(3, "parcours", "parcours"), few(12, "parcours", "parcours").replace(fr.NBSP, " ")
    ('moins de 5 parcours', '12 parcours')
    """
    if 0 < count < LEAST_SHOWN:
        return f"moins de {LEAST_SHOWN} {plural or singular + 's'}"
    return fr.plural(count, singular, plural or None)


def told(code: AlertCode, subject: Subject, figures: Indicators, limits: Thresholds) -> str:
    """Say what the rule sees, with its figures, without a full stop."""
    if isinstance(figures, OrderIndicators):
        return _order(code, subject.unit, figures, limits)
    if isinstance(figures, OperatorIndicators):
        return _operator(code, figures, limits)
    return _export(figures)


def _order(
    code: AlertCode, unit: UnitOfWork, figures: OrderIndicators, limits: Thresholds
) -> str:  # fmt: skip
    if code is AlertCode.OVERRUN:
        over = figures.consumed - figures.ordered
        return (
            f"consommé {amount(figures.consumed, unit)} pour {amount(figures.ordered, unit)} "
            f"commandées, {amount(over, unit)} de trop"
        )
    if code is AlertCode.BLOCKING:
        return _blocking(unit, figures, limits)
    if code is AlertCode.UNDER_USE:
        return _under_use(unit, figures, limits)
    return _vigilance(unit, figures)


def _vigilance(unit: UnitOfWork, figures: OrderIndicators) -> str:
    rate = "" if figures.rate is None else f" ({fr.percent(figures.rate)})"
    said = f"consommé {amount(figures.consumed, unit)} sur {amount(figures.ordered, unit)}{rate}"
    earliest = figures.earliest
    if earliest is None:
        return f"{said}, date d’épuisement inconnue"
    if earliest == date.max:
        return f"{said}, pas d’épuisement en vue"
    return f"{said}, épuisé au plus tôt le {fr.day(earliest)}, fin du bon le {fr.day(figures.end)}"


def _blocking(unit: UnitOfWork, figures: OrderIndicators, limits: Thresholds) -> str:
    held = f"disponible {amount(figures.available, unit)}"
    point = alert_rules.reorder_point(figures, limits)
    if point is None:
        return f"{held}, rythme inconnu"
    days = fr.plural(round(limits.lead_days), "jour ouvré", "jours ouvrés")
    return f"{held} ; il faut {amount(point, unit)} pour tenir les {days} qu’un bon met à venir"


def _under_use(unit: UnitOfWork, figures: OrderIndicators, limits: Thresholds) -> str:
    """Say the ratio, and first the lot's minimum where it would be missed."""
    ratio, floor, end = figures.ratio, figures.minimum, figures.projected
    parts = []
    if floor is not None and end is not None and end < floor * limits.minimum_close:
        parts.append(
            f"le lot irait à {amount(round(end), unit)} à l’échéance, pour un minimum de "
            f"{amount(floor, unit)}"
        )
    if ratio is not None:
        parts.append(f"réalisé {fr.percent(ratio)} de ce qui était prévu à cette date")
    return ", ".join(parts) or "prévision inconnue"


def _operator(code: AlertCode, figures: OperatorIndicators, limits: Thresholds) -> str:
    if code is AlertCode.SILENCE:
        active = few(figures.active_paths, "parcours actif", "parcours actifs")
        if figures.silent_days is None:
            return f"aucune déclaration à ce jour, {active}"
        days = fr.plural(figures.silent_days, "jour")
        return f"rien de nouveau depuis {days}, {active}"
    late = sum(days > limits.contact_days for days in figures.waiting_days)
    over = sum(days > limits.overdue_days for days in figures.overdue_days)
    parts = []
    if late:
        parts.append(f"{few(late, 'parcours', 'parcours')} sans contact depuis plus de "
                     f"{fr.plural(limits.contact_days, 'jour')}")  # fmt: skip
    if over:
        parts.append(f"{few(over, 'fin prévue passée', 'fins prévues passées')} depuis plus de "
                     f"{fr.plural(limits.overdue_days, 'jour')}")  # fmt: skip
    return ", ".join(parts) or "aucun parcours en attente"


def _export(figures: Indicators) -> str:
    if not isinstance(figures, ImportIndicators):
        raise TypeError(type(figures).__name__)
    parts = ["mis en quarantaine : rien n’a été appliqué"] if figures.is_quarantined else []
    if figures.unknown_orders:
        lines = fr.plural(figures.unknown_orders, "ligne")
        parts.append(f"{lines} d’un bon inconnu")
    if figures.negative_months:
        parts.append(fr.plural(figures.negative_months, "mois négatif", "mois négatifs"))
    if figures.rows and figures.duplicates:
        share = figures.duplicates / figures.rows
        parts.append(f"doublons {fr.percent(share, 1)} ({fr.number(figures.duplicates)} sur "
                     f"{fr.number(figures.rows)} lignes)")  # fmt: skip
    return ", ".join(parts) or "export appliqué, sans défaut"
