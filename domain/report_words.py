"""Is a message that came without the menu a report of something to fix, or a question about papers?"""

from __future__ import annotations

import re

from domain.fold import fold

_TROUBLE = re.compile(
    r"\b(?:hong|hu hong|bi hu|vo ong|be ong|ong nuoc vo|vo nap|mat nap|sup lun|sut lun|lun|o ga|ngap|un tac"
    r"|tac cong|tac nghen|nghet cong|rac|xa thai|nuoc thai|o nhiem|hoi thoi|boc mui|mui hoi|khoi bui|bui qua|dot rac"
    r"|do trom|do phe thai|karaoke|loa keo|on ao|on qua|gay on|mat nuoc|mat dien|cup dien|cup nuoc|yeu dien|nuoc ban"
    r"|nuoc duc|khong sang|tat ngam|chay bong|den duong|lan chiem|via he|long duong|xay trai phep|xay dung trai phep"
    r"|khong phep|quang cao rao vat|dan bay ba|cay nga|canh cay|cho tha rong|tha rong|trom cap|danh bac|lua dao"
    r"|mao danh"
    r"|hach dich|nhung nhieu|quat mang|thai do|lam kho|bat cho|doi them|tre hen|qua hen|cham tra|chen ep|chat chem"
    r"|bao hanh|hang gia|thuc pham ban|mat ve sinh|sap cau|gay|do nga|bung coc|hu duong|duong xau|duong hu)\b"
)
_TELLS = re.compile(
    r"\b(?:phan anh|gop y|kien nghi|to giac|bao voi xa|bao xa|de nghi xa|de nghi phuong|nho xa|nho phuong|mong xa"
    r"|mong phuong|xu ly giup|khac phuc|den xem|xuong xem|kiem tra giup|sua giup|don giup)\b"
)
_ASKS = re.compile(
    r"\?|\b(?:thu tuc|ho so|giay to|giay phep|giay xac nhan|giay chung nhan|dang ky|xin cap|cap lai|lam lai|le phi"
    r"|mat bao lau"
    r"|(?:goi|bao|hoi) (?:ai|so|dau|cho ai)|(?:khi nao|bao gio|chung nao)(?: moi)? co"
    r"|bao nhieu|can gi|nhung gi|the nao|lam sao|nhu nao|o dau lam|nop o dau|muon hoi|cho hoi|hoi ve|duoc khong"
    r"|bao hiem|tro cap|che do|ho khau|khai sinh|khai tu|ket hon|can cuoc|so do|chung thuc|muc phat)\b"
)
_WORDS_OF_A_STORY = 4  # "đèn đường" alone may be the name of a procedure; with a few words more it tells something


def looks_like_report(text: str) -> bool:
    """Clearly something to fix and no question: "đèn đường thôn 3 hỏng cả tuần rồi". Accents do not matter.

    Only a guess that saves a step: the person is always asked whether it is one.
    """
    words = fold(text)
    if _ASKS.search(words):
        return False
    if _TELLS.search(words):
        return len(words.split()) >= _WORDS_OF_A_STORY
    return bool(_TROUBLE.search(words)) and len(words.split()) >= _WORDS_OF_A_STORY
