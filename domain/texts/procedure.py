"""Sentences about procedures: every part of an answer, asking back, small talk."""

from __future__ import annotations

from domain.texts.base import say


def source(code: str, decision: str, date: str) -> str:
    return say("procedure-source", code=code, decision=decision, date=date)


def source_undecided(code: str, date: str) -> str:
    return say("procedure-source-undecided", code=code, date=date)


def source_own(unit_name: str, code: str, date: str) -> str:
    return say("procedure-source-own", unit_name=unit_name, code=code, date=date)


def page(page: int, pages: int) -> str:
    return say("procedure-page", page=page, pages=pages)


def bring() -> str:
    return say("procedure-bring")


def papers() -> str:
    return say("procedure-papers")


def papers_each(counts: str) -> str:
    return say("procedure-papers-each", counts=counts)


def paper(n: int, name: str) -> str:
    return say("procedure-paper", n=n, name=name)


def paper_counted(n: int, name: str, counts: str) -> str:
    return say("procedure-paper-counted", n=n, name=name, counts=counts)


def paper_counts(counts: str) -> str:
    return say("procedure-paper-counts", counts=counts)


def originals(count: int) -> str:
    return say("procedure-originals", count=count)


def copies(count: int) -> str:
    return say("procedure-copies", count=count)


def counts(originals: str, copies: str) -> str:
    return say("procedure-counts", originals=originals, copies=copies)


def case(name: str) -> str:
    return say("procedure-case", name=name)


def remarks() -> str:
    return say("procedure-remarks")


def remark(text: str) -> str:
    return say("procedure-remark", text=text)


def more_papers(count: int) -> str:
    return say("procedure-more-papers", count=count)


def other_cases() -> str:
    return say("procedure-other-cases")


def fee(fee: str) -> str:
    return say("procedure-fee", fee=fee)


def fees() -> str:
    return say("procedure-fees")


def time(time: str) -> str:
    return say("procedure-time", time=time)


def times() -> str:
    return say("procedure-times")


def place(place: str) -> str:
    return say("procedure-place", place=place)


def receiving(place: str) -> str:
    return say("procedure-receiving", place=place)


def desk(unit_name: str, desk: str) -> str:
    return say("procedure-desk", unit_name=unit_name, desk=desk)


def desk_short(desk: str) -> str:
    return say("procedure-desk-short", desk=desk)


def by_channel(channels: str, value: str) -> str:
    return say("procedure-by-channel", channels=channels, value=value)


def in_person() -> str:
    return say("procedure-in-person")


def by_post() -> str:
    return say("procedure-by-post")


def online_way() -> str:
    return say("procedure-online-way")


def not_given() -> str:
    return say("procedure-not-given")


def fee_varies() -> str:
    return say("procedure-fee-varies")


def time_varies() -> str:
    return say("procedure-time-varies")


def fee_zero_short() -> str:
    return say("procedure-fee-zero-short")


def goes_on(text: str, aspect: str) -> str:
    """What is told so far, and which choice shows the rest."""
    return say("procedure-goes-on", text=text, choice=choice(aspect))


def time_in_steps() -> str:
    return say("procedure-time-in-steps")


def outline() -> str:
    return say("procedure-outline")


def fee_zero() -> str:
    return say("procedure-fee-zero")


def described() -> str:
    return say("procedure-described")


def steps_say() -> str:
    return say("procedure-steps-say")


def steps() -> str:
    return say("procedure-steps")


def online_yes() -> str:
    return say("procedure-online-yes")


def online_full(level: str) -> str:
    return say("procedure-online-full", level=level)


def online_at() -> str:
    return say("procedure-online-at")


def online_no() -> str:
    return say("procedure-online-no")


def channels(channels: str) -> str:
    return say("procedure-channels", channels=channels)


def result(result: str) -> str:
    return say("procedure-result", result=result)


def forms() -> str:
    return say("procedure-forms")


def form(form: str) -> str:
    return say("procedure-form", form=form)


def forms_missing() -> str:
    return say("procedure-forms-missing")


def legal() -> str:
    return say("procedure-legal")


def requirement() -> str:
    return say("procedure-requirement")


def target(target: str) -> str:
    return say("procedure-target", target=target)


def missing(part: str) -> str:
    return say("procedure-missing", part=part)


def more() -> str:
    return say("procedure-more")


def helpful_yes() -> str:
    return say("procedure-helpful-yes")


def helpful_no() -> str:
    return say("procedure-helpful-no")


def helpful_thanks() -> str:
    return say("procedure-helpful-thanks")


def not_enough() -> str:
    return say("procedure-not-enough")


def portal_link() -> str:
    return say("procedure-portal-link")


def not_it() -> str:
    return say("procedure-not-it")


def ask_back() -> str:
    return say("procedure-ask-back")


def something_else() -> str:
    return say("procedure-something-else")


def other_words() -> str:
    return say("procedure-other-words")


def not_found() -> str:
    return say("procedure-not-found")


def to_officer() -> str:
    return say("procedure-to-officer")


def ask_again() -> str:
    return say("procedure-ask-again")


def call_me() -> str:
    return say("procedure-call-me")


def gone() -> str:
    return say("procedure-gone")


def hello() -> str:
    return say("procedure-hello")


def unclear() -> str:
    return say("procedure-unclear")


def thanks() -> str:
    return say("procedure-thanks")


def yes() -> str:
    return say("procedure-yes")


def bye() -> str:
    return say("procedure-bye")


def which() -> str:
    return say("procedure-which")


def not_ours(unit: str, who: str) -> str:
    return say("procedure-not-ours", unit=unit, who=who)


def not_before(day: str) -> str:
    return say("procedure-not-before", day=day)


def of_some_province() -> str:
    return say("procedure-of-some-province")


def and_other_parts(parts: str) -> str:
    return say("procedure-and-other-parts", parts=parts)


def own_parts(parts: str, unit_name: str, day: str) -> str:
    return say("procedure-own-parts", parts=parts, unit_name=unit_name, day=day)


def changed_on(parts: str, day: str) -> str:
    return say("procedure-changed-on", parts=parts, day=day)


def began_on(day: str) -> str:
    return say("procedure-began-on", day=day)


def changes_on(parts: str, day: str) -> str:
    return say("procedure-changes-on", parts=parts, day=day)


def applies_until(day: str) -> str:
    return say("procedure-applies-until", day=day)


def ended(day: str) -> str:
    return say("procedure-ended", day=day)


def file_on_portal() -> str:
    return say("procedure-file-on-portal")


def file_online(level: str) -> str:
    return say("procedure-file-online", level=level)


def part(aspect: str) -> str:
    """What a part of a procedure is called inside a sentence."""
    return say(_PARTS[aspect])


def choice(aspect: str) -> str:
    """The label of the choice that shows a part."""
    return say(_CHOICES[aspect])


_PARTS = {
    "documents": "procedure-part-documents",
    "fee": "procedure-part-fee",
    "time": "procedure-part-time",
    "place": "procedure-part-place",
    "steps": "procedure-part-steps",
    "online": "procedure-part-online",
    "result": "procedure-part-result",
    "form": "procedure-part-form",
    "legal": "procedure-part-legal",
    "requirement": "procedure-part-requirement",
    "overview": "procedure-part-overview",
}
_CHOICES = {
    "documents": "procedure-choice-documents",
    "fee": "procedure-choice-fee",
    "time": "procedure-choice-time",
    "place": "procedure-choice-place",
    "steps": "procedure-choice-steps",
    "online": "procedure-choice-online",
    "result": "procedure-choice-result",
    "form": "procedure-choice-form",
    "legal": "procedure-choice-legal",
    "requirement": "procedure-choice-requirement",
    "overview": "procedure-choice-overview",
}
