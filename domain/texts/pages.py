"""Sentences of the web pages: chat, first page, sign-in, refusals."""

from __future__ import annotations

from domain.texts.base import say


def chat_title(unit_name: str) -> str:
    return say("pages-chat-title", unit_name=unit_name)


def official(unit_name: str) -> str:
    return say("pages-official", unit_name=unit_name)


def official_short() -> str:
    return say("pages-official-short")


def demo() -> str:
    return say("pages-demo")


def demo_note() -> str:
    return say("pages-demo-note")


def log() -> str:
    return say("pages-log")


def input() -> str:
    return say("pages-input")


def placeholder() -> str:
    return say("pages-placeholder")


def send() -> str:
    return say("pages-send")


def attach() -> str:
    return say("pages-attach")


def attach_label() -> str:
    return say("pages-attach-label")


def remove_file(name: str) -> str:
    return say("pages-remove-file", name=name)


def phone() -> str:
    return say("pages-phone")


def phone_send() -> str:
    return say("pages-phone-send")


def place_send() -> str:
    return say("pages-place-send")


def place_failed() -> str:
    return say("pages-place-failed")


def my_place(latitude: str, longitude: str) -> str:
    return say("pages-my-place", latitude=latitude, longitude=longitude)


def answering() -> str:
    return say("pages-answering")


def answer_slow() -> str:
    return say("pages-answer-slow")


def see_new() -> str:
    return say("pages-see-new")


def newest() -> str:
    return say("pages-newest")


def copy_code() -> str:
    return say("pages-copy-code")


def copied() -> str:
    return say("pages-copied")


def sending() -> str:
    return say("pages-sending")


def not_sent() -> str:
    return say("pages-not-sent")


def uploading(name: str) -> str:
    return say("pages-uploading", name=name)


def begin() -> str:
    return say("pages-begin")


def erased() -> str:
    return say("pages-erased")


def from_me() -> str:
    return say("pages-from-me")


def from_service() -> str:
    return say("pages-from-service")


def sent_photo() -> str:
    return say("pages-sent-photo")


def sent_voice() -> str:
    return say("pages-sent-voice")


def sent_file() -> str:
    return say("pages-sent-file")


def message_too_long(max_chars: int) -> str:
    return say("pages-message-too-long", max_chars=max_chars)


def too_fast(seconds: int) -> str:
    return say("pages-too-fast", seconds=seconds)


def file_kind() -> str:
    return say("pages-file-kind")


def photo_broken() -> str:
    return say("pages-photo-broken")


def too_many_files(max_files: int) -> str:
    return say("pages-too-many-files", max_files=max_files)


def store_full(unit: str) -> str:
    return say("pages-store-full", unit=unit)


def file_lost() -> str:
    return say("pages-file-lost")


def phone_wrong() -> str:
    return say("pages-phone-wrong")


def nothing_written() -> str:
    return say("pages-nothing-written")


def foreign() -> str:
    return say("pages-foreign")


def page_too_old() -> str:
    return say("pages-page-too-old")


def body_too_big() -> str:
    return say("pages-body-too-big")


def too_many_streams() -> str:
    return say("pages-too-many-streams")


def not_found_title() -> str:
    return say("pages-not-found-title")


def not_found() -> str:
    return say("pages-not-found")


def error_title() -> str:
    return say("pages-error-title")


def error() -> str:
    return say("pages-error")


def error_call(hotline: str) -> str:
    return say("pages-error-call", hotline=hotline)


def refused_title() -> str:
    return say("pages-refused-title")


def wrong_host() -> str:
    return say("pages-wrong-host")


def home() -> str:
    return say("pages-home")


def landing_open(unit: str) -> str:
    return say("pages-landing-open", unit=unit)


def landing_lead() -> str:
    return say("pages-landing-lead")


def landing_hotline() -> str:
    return say("pages-landing-hotline")


def landing_duty() -> str:
    return say("pages-landing-duty")


def landing_hours() -> str:
    return say("pages-landing-hours")


def landing_closed() -> str:
    return say("pages-landing-closed")


def landing_address() -> str:
    return say("pages-landing-address")


def landing_email() -> str:
    return say("pages-landing-email")


def landing_website() -> str:
    return say("pages-landing-website")


def landing_receptions() -> str:
    return say("pages-landing-receptions")


def landing_reception(weekday: str, begins: str, ends: str, host: str, place: str) -> str:
    return say("pages-landing-reception", weekday=weekday, begins=begins, ends=ends, host=host, place=place)


def landing_days(first: str, last: str) -> str:
    return say("pages-landing-days", first=first, last=last)


def landing_range(begins: str, ends: str) -> str:
    return say("pages-landing-range", begins=begins, ends=ends)


def choose_commune() -> str:
    return say("pages-choose-commune")


def chat_closed(hotline: str) -> str:
    return say("pages-chat-closed", hotline=hotline)


def chat_closed_without_hotline() -> str:
    return say("pages-chat-closed-without-hotline")


def sign_in_title() -> str:
    return say("pages-sign-in-title")


def sign_in_who(name: str, title: str) -> str:
    return say("pages-sign-in-who", name=name, title=title)


def sign_in_who_untitled(name: str) -> str:
    return say("pages-sign-in-who-untitled", name=name)


def sign_in_once() -> str:
    return say("pages-sign-in-once")


def sign_in_button() -> str:
    return say("pages-sign-in-button")


def sign_in_gone() -> str:
    return say("pages-sign-in-gone")


def desk_title(name: str, title: str) -> str:
    return say("pages-desk-title", name=name, title=title)


def desk_place(unit_name: str) -> str:
    return say("pages-desk-place", unit_name=unit_name)


def desk_closed() -> str:
    return say("pages-desk-closed")


def desk_input() -> str:
    return say("pages-desk-input")


def desk_placeholder() -> str:
    return say("pages-desk-placeholder")


def desk_from_me() -> str:
    return say("pages-desk-from-me")


def desk_empty() -> str:
    return say("pages-desk-empty")


def widget_open(unit: str) -> str:
    return say("pages-widget-open", unit=unit)


def widget_close() -> str:
    return say("pages-widget-close")
