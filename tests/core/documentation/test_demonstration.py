"""The invented records: plausible French, no anachronism, and two years of loans."""

import re
from collections import Counter
from datetime import date
from functools import lru_cache

import numpy as np
import pytest
from sqlmodel import col, select

from core import db
from core.circulation.loan_models import Loan
from core.documentation import demonstration, demonstration_words, loading
from core.documentation.demonstration_topics import BESIDE, TOPICS, Stance
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import DocumentType

EVERY = [topic for topics in TOPICS.values() for topic in topics]
FOUGHT = [topic for topic in EVERY if topic.stance is Stance.FOUGHT]
# Words of after 2011, and a region that was none then.
LATER = ("occitanie", "qpv", "quartiers prioritaires", "france travail", "anct", "cget",
         "conseils citoyens", "métropole", "rep+", "numérique inclusif")  # fmt: skip
PROMOTING = ("agir pour", "agir en faveur", "promouvoir", "développer", "réussir", "une affaire d’",
             "guide pratique", "les acteurs d", "méthodes et outils")  # fmt: skip


@lru_cache(maxsize=1)
def records() -> tuple[NoticeDraft, ...]:
    generator = np.random.default_rng(demonstration.SEED)
    return tuple(demonstration.invented(generator, demonstration.RECORDS))


def told(draft: NoticeDraft) -> str:
    return f"{draft.title} : {draft.subtitle}. {draft.abstract}"


def test_the_same_seed_gives_the_same_records_and_few_share_a_title() -> None:
    again = demonstration.invented(np.random.default_rng(demonstration.SEED), demonstration.RECORDS)
    assert tuple(again) == records()
    titles = Counter(draft.title for draft in records())
    assert max(titles.values()) <= demonstration.TITLE_MOST
    assert len(titles) > len(records()) / 2


def test_a_scourge_is_fought_and_never_promoted() -> None:
    for draft in records():
        title = draft.title.lower()
        if any(title.startswith(one) or one in title for one in PROMOTING):
            assert not [one.name for one in FOUGHT if one.name in title or one.of in title]
    assert any("Lutter contre" in draft.title for draft in records())


def test_verbs_agree_with_what_they_are_said_of() -> None:
    verbs = "(?:suppose|reste|demande)"
    one = re.compile(rf"(?:^|\. )Les [^.:,]* {verbs}\b")
    many = re.compile(rf"(?:^|\. )(?:Le |La |L’)[^.:,]* {verbs}nt\b")
    assert not [text for text in map(told, records()) if one.search(text) or many.search(text)]
    assert not [text for text in map(told, records()) if "suppose" in text]
    plural = next(topic for topic in EVERY if topic.is_plural and topic.stance is Stance.MEANS)
    generator = np.random.default_rng(1)
    said = {demonstration_words.abstract(generator, DocumentType.TEXT, (plural,))
            for _ in range(60)}  # fmt: skip
    assert any(" restent " in one for one in said)
    assert any(" demandent " in one for one in said)


@pytest.mark.parametrize(
    "slip", [r"\bde les\b", r"\bà les\b", r"\bde le\b", r"\bà le\b", "{", "  "]
)
def test_articles_are_contracted_and_nothing_is_left_of_a_form(slip: str) -> None:
    assert not [text for text in map(told, records()) if re.search(slip, text)]


def test_nothing_is_written_of_before_it_was() -> None:
    for draft in records():
        text = f"{told(draft)} {draft.agents}".lower()
        assert not [one for one in LATER if one in text]
        early = [
            one.name for one in EVERY if one.name in text and one.since > (draft.pub_year or 0)
        ]
        assert early == []
    known = {label for label, *_ in loading.SUBJECTS}
    assert {label for topic in EVERY for label in topic.subjects} <= known
    assert set(BESIDE) | set(BESIDE.values()) <= set(TOPICS)
    assert all(any(not topic.since for topic in topics) for topics in TOPICS.values())


def test_each_kind_of_document_is_described_as_it_is() -> None:
    for draft in records():
        kind = DocumentType(draft.doc_type)
        has_pages = re.search(r"\bp\.", draft.extent) is not None
        assert has_pages == (kind not in {DocumentType.VIDEO, DocumentType.OBJECT})
        assert ("min)" in draft.extent) == (kind is DocumentType.VIDEO)
        assert bool(draft.contents) == (kind is DocumentType.OBJECT)
        assert any(one.role == "295" for one in draft.agents) == (kind is DocumentType.THESIS)


def test_one_record_in_seven_or_so_is_about_two_themes() -> None:
    double = [draft for draft in records() if len(draft.themes) == 2]
    assert 0.1 < len(double) / len(records()) < 0.2
    assert all(len(draft.themes) in {1, 2} for draft in records())
    assert all(draft.themes[1] == BESIDE[draft.themes[0]] for draft in double)


def test_two_years_of_loans_some_700_a_year_are_there(demo_sqlite: str) -> None:
    with db.reading() as session:
        days = sorted(session.exec(select(col(Loan.lent_on))))
    assert date(2009, 6, 15) <= days[0] < date(2009, 6, 30)
    assert date(2011, 6, 10) < days[-1] <= date(2011, 6, 15)
    years = Counter(day.year for day in days)
    assert 700 < years[2010] < 800
    assert abs(years[2009] + years[2011] - years[2010]) < 100
