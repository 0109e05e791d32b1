"""Every table, by subject. Import from here: in which module a table stands is nobody else's concern."""

from storage.tables.base import NATION, Base
from storage.tables.cases import Attachment, CaseEvent, CaseWords, FeedbackCase, Rating
from storage.tables.communes import Category, Department, Holiday, Officer, SignIn, Tenant
from storage.tables.procedures import ProcedureRow, ProcedureVersion
from storage.tables.questions import Gap, Question
from storage.tables.talk import Channel, Citizen, Conversation, InboxMessage, OfficerLink, OutboxMessage, WebMessage
from storage.tables.watching import Attempt, Audit

__all__ = [
    "NATION",
    "Attachment",
    "Attempt",
    "Audit",
    "Base",
    "CaseEvent",
    "CaseWords",
    "Category",
    "Channel",
    "Citizen",
    "Conversation",
    "Department",
    "FeedbackCase",
    "Gap",
    "Holiday",
    "InboxMessage",
    "Officer",
    "OfficerLink",
    "OutboxMessage",
    "ProcedureRow",
    "ProcedureVersion",
    "Question",
    "Rating",
    "SignIn",
    "Tenant",
    "WebMessage",
]
