"""Conversations, one module per subject. Importing this package registers every step and command."""

from handlers.dialogs import cases as cases
from handlers.dialogs import checklist as checklist
from handlers.dialogs import desk as desk
from handlers.dialogs import directory as directory
from handlers.dialogs import emergency as emergency
from handlers.dialogs import english as english
from handlers.dialogs import feedback as feedback
from handlers.dialogs import gaps as gaps
from handlers.dialogs import holidays as holidays
from handlers.dialogs import kinds as kinds
from handlers.dialogs import late as late
from handlers.dialogs import leader as leader
from handlers.dialogs import live as live
from handlers.dialogs import my_data as my_data
from handlers.dialogs import my_questions as my_questions
from handlers.dialogs import passing_on as passing_on
from handlers.dialogs import procedure as procedure
from handlers.dialogs import procedure_watch as procedure_watch
from handlers.dialogs import proposals as proposals
from handlers.dialogs import question as question
from handlers.dialogs import redirect as redirect
from handlers.dialogs import start as start
from handlers.dialogs import unfinished as unfinished
