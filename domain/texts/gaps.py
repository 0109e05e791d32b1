"""Sentences about what many people ask and nothing published answers, for officers; and an entry's source."""

from __future__ import annotations

from domain.texts.base import say


def source(unit_name: str, code: str, date: str) -> str:
    return say("gaps-source", unit_name=unit_name, code=code, date=date)


def pointed(title: str) -> str:
    return say("gaps-pointed", title=title)


def choice_look() -> str:
    return say("gaps-choice-look")


def list_head(count: int) -> str:
    return say("gaps-list-head", count=count)


def list_none() -> str:
    return say("gaps-list-none")


def list_more(shown: int) -> str:
    return say("gaps-list-more", shown=shown)


def list_item(people: int, headline: str) -> str:
    return say("gaps-list-item", people=people, headline=headline)


def list_item_earlier(people: int, headline: str, number: int) -> str:
    return say("gaps-list-item-earlier", people=people, headline=headline, number=number)


def choice_list() -> str:
    return say("gaps-choice-list")


def choice_proposals(count: int) -> str:
    return say("gaps-choice-proposals", count=count)


def group_head(people: int, times: int) -> str:
    return say("gaps-group-head", people=people, times=times)


def wording(text: str) -> str:
    return say("gaps-wording", text=text)


def group_earlier(number: int) -> str:
    return say("gaps-group-earlier", number=number)


def choice_same(number: int) -> str:
    return say("gaps-choice-same", number=number)


def choice_answer() -> str:
    return say("gaps-choice-answer")


def choice_find() -> str:
    return say("gaps-choice-find")


def choice_drop() -> str:
    return say("gaps-choice-drop")


def write(headline: str) -> str:
    return say("gaps-write", headline=headline)


def reaches(people: int) -> str:
    return say("gaps-reaches", people=people)


def away(people: int) -> str:
    """They blocked us, and get it when they write again."""
    return say("gaps-away", people=people)


def unreachable(people: int) -> str:
    return say("gaps-unreachable", people=people)


def left(count: int) -> str:
    return say("gaps-left", count=count)


def choice_send(people: int) -> str:
    return say("gaps-choice-send", people=people)


def sent(people: int) -> str:
    return say("gaps-sent", people=people)


def proposed(number: int) -> str:
    return say("gaps-proposed", number=number)


def attached(number: int) -> str:
    return say("gaps-attached", number=number)


def proposed_nobody() -> str:
    return say("gaps-proposed-nobody")


def dropped_nothing() -> str:
    return say("gaps-dropped-nothing")


def ask_procedure() -> str:
    return say("gaps-ask-procedure")


def no_such_procedure() -> str:
    return say("gaps-no-such-procedure")


def pick_procedure() -> str:
    return say("gaps-pick-procedure")


def choice_attach(code: str) -> str:
    return say("gaps-choice-attach", code=code)


def choice_other() -> str:
    return say("gaps-choice-other")


def attach_sure(code: str, title: str, people: int) -> str:
    return say("gaps-attach-sure", code=code, title=title, people=people)


def drop_sure(headline: str) -> str:
    return say("gaps-drop-sure", headline=headline)


def choice_drop_yes() -> str:
    return say("gaps-choice-drop-yes")


def dropped() -> str:
    return say("gaps-dropped")


def still_waiting(count: int) -> str:
    return say("gaps-still-waiting", count=count)


def asks(author: str, number: int, name: str) -> str:
    return say("gaps-asks", author=author, number=number, name=name)


def choice_read() -> str:
    return say("gaps-choice-read")


def proposals_head(count: int) -> str:
    if not count:
        return say("gaps-proposals-none")
    return say("gaps-proposals-head", count=count)


def entries_head(count: int) -> str:
    if not count:
        return say("gaps-entries-none")
    return say("gaps-entries-head", count=count)


def proposal_item(number: int, name: str) -> str:
    return say("gaps-proposal-item", number=number, name=name)


def proposal_head(number: int, author: str) -> str:
    return say("gaps-proposal-head", number=number, author=author)


def proposal_name(name: str) -> str:
    return say("gaps-proposal-name", name=name)


def proposal_answer(answer: str) -> str:
    return say("gaps-proposal-answer", answer=answer)


def proposal_attach(code: str, answer: str) -> str:
    return say("gaps-proposal-attach", code=code, answer=answer)


def proposal_words() -> str:
    return say("gaps-proposal-words")


def proposal_word(text: str) -> str:
    return say("gaps-proposal-word", text=text)


def proposal_helped(yes: int, no: int) -> str:
    return say("gaps-proposal-helped", yes=yes, no=no)


def proposal_state(status: str, on: str, reason: str) -> str:
    """What became of it: approved, rejected, withdrawn."""
    if status == "approved":
        return say("gaps-proposal-approved", on=on)
    if status == "rejected":
        return say("gaps-proposal-rejected", on=on, reason=reason)
    return say("gaps-proposal-withdrawn", on=on, reason=reason)


def choice_approve(number: int) -> str:
    return say("gaps-choice-approve", number=number)


def choice_reject(number: int) -> str:
    return say("gaps-choice-reject", number=number)


def choice_rewrite() -> str:
    return say("gaps-choice-rewrite")


def ask_rewrite(name: str, answer: str) -> str:
    return say("gaps-ask-rewrite", name=name, answer=answer)


def ask_tell_again(people: int) -> str:
    return say("gaps-ask-tell-again", people=people) if people else say("gaps-ask-change")


def choice_tell_again(people: int) -> str:
    return say("gaps-choice-tell-again", people=people)


def choice_change_only() -> str:
    return say("gaps-choice-change-only")


def choice_name() -> str:
    return say("gaps-choice-name")


def choice_words() -> str:
    return say("gaps-choice-words")


def choice_withdraw(number: int) -> str:
    return say("gaps-choice-withdraw", number=number)


def approved(number: int, name: str, code: str) -> str:
    return say("gaps-approved", number=number, name=name, code=code)


def rejected(number: int) -> str:
    return say("gaps-rejected", number=number)


def withdrawn(number: int, name: str) -> str:
    return say("gaps-withdrawn", number=number, name=name)


def told_approved(number: int, name: str, code: str) -> str:
    return say("gaps-told-approved", number=number, name=name, code=code)


def told_rejected(number: int, name: str, reason: str) -> str:
    return say("gaps-told-rejected", number=number, name=name, reason=reason)


def told_withdrawn(number: int, name: str, reason: str) -> str:
    return say("gaps-told-withdrawn", number=number, name=name, reason=reason)


def ask_name(name: str) -> str:
    return say("gaps-ask-name", name=name)


def ask_words() -> str:
    return say("gaps-ask-words")


def ask_reject(number: int) -> str:
    return say("gaps-ask-reject", number=number)


def ask_withdraw(number: int, name: str) -> str:
    return say("gaps-ask-withdraw", number=number, name=name)


def why_not_yours() -> str:
    return say("gaps-why-not-yours")


def why_gone() -> str:
    return say("gaps-why-gone")


def why_done() -> str:
    return say("gaps-why-done")


def why_decided() -> str:
    return say("gaps-why-decided")


def why_no_procedure() -> str:
    return say("gaps-why-no-procedure")


def why_no_proposal() -> str:
    return say("gaps-why-no-proposal")


def why_four_eyes(number: int) -> str:
    return say("gaps-why-four-eyes", number=number)


def why_not_in_force(number: int) -> str:
    return say("gaps-why-not-in-force", number=number)


def why_not_approver(number: int) -> str:
    return say("gaps-why-not-approver", number=number)


def name_erased() -> str:
    """Of a proposal whose name was how somebody asked who had it erased."""
    return say("gaps-name-erased")


def why_name(max_chars: int) -> str:
    return say("gaps-why-name", max_chars=max_chars)


def why_words(max_lines: int, max_chars: int) -> str:
    return say("gaps-why-words", max_lines=max_lines, max_chars=max_chars)


def why_reason() -> str:
    return say("gaps-why-reason")
