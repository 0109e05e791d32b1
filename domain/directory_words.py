"""The words people use to ask about a commune, folded (lower case, no accents), as patterns of whole words."""

from __future__ import annotations

import re


def either(phrases: str) -> re.Pattern[str]:
    """Whole words of a folded text: patterns separated by commas, the longest first."""
    parts = sorted((part.strip() for part in phrases.split(",")), key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(parts) + r")(?!\S)")


NEVER = re.compile(r"(?!)")
SHORT = {
    "ko": "khong", "k": "khong", "kg": "khong", "hok": "khong", "hong": "khong", "hem": "khong", "ub": "uy ban",
    "ubnd": "uy ban", "dt": "sdt", "tel": "sdt", "lh": "lien he", "tcd": "tiep cong dan", "stk":
    "so tai khoan", "pct": "pho chu tich", "ntn": "the nao", "bn": "bao nhieu", "bnhiu": "bao nhieu", "mk": "minh",
    "mik": "minh", "vs": "voi", "r": "roi", "z": "vay", "j": "gi", "lv": "lam viec", "ttpvhcc":
    "hanh chinh cong", "pvhcc": "hanh chinh cong", "hcc": "hanh chinh cong", "bqs": "quan su", "bchqs": "quan su",
    "vp": "van phong", "h": "gio", "e": "em", "cax": "cong an xa", "ldao": "lanh dao",
}  # fmt: skip
MEANT = (  # short forms that only their neighbour explains
    (re.compile(r"(?<!\S)ca (?=xa|phuong)"), "cong an "),
    (re.compile(r"(?<!\S)ct (?=xa|phuong|uy ban)"), "chu tich "),
    (re.compile(r"(?<!\S)(xin|cho) dc (?=uy ban|xa|phuong|tru so|mot cua|cong an)"), r"\1 dia chi "),
)
SMALL = either(
    "da, vang, a, ah, ha, oi, uh, u, um, cho, em, toi, minh, tui, chau, con, bac, co, chu, ong, ba, anh, chi, "
    "ban, ad, admin, alo, chao, xin chao, hello, hoi, xin, voi, nhe, nha, nhi, di, vay, the, thi, la, khong, "
    "duoc, biet, muon, can, hay, gi, nao, dau, o, tai, cua, cai, ve, nhu, nhu the nao, lam on, giup, dum, gium, "
    "cam on, tim, xem, khi, luc, tu, den, va, chua, nua, roi, nay, ai, moi, tat ca, thong tin, nguoi dan, "
    "ba con, qua, bao nhieu, may, ma, do a, hien tai, hien nay, bay gio, gio, nhung, cac, mot chut, ti, tra loi, "
    "noi, phai, da, dang, se, cung, de, len, sao, lam (sao|the nao), bang cach nao, cach nao"
)
OFFICE = either(
    "uy ban( nhan dan)?, tru so( lam viec| chinh)?, van phong( uy ban( nhan dan)?)?, (bo phan |quay )?mot cua, "
    "(trung tam )?(phuc vu )?hanh chinh cong, co quan, tru so uy ban, can bo, trung tam"
)
HERE = either("xa( minh| ta| nay| nha| em| toi| tui)?, phuong( minh| ta| nay| em| toi)?, dac khu, dia phuong, nhan dan")
DEPARTMENT = either(
    "cong an, phong kinh te( ha tang)?( va)?( do thi)?, phong van hoa( va)?( xa hoi)?, phong ban, phong, "
    "quan su, ban chi huy( quan su)?, tram y te, tram xa, (cac )?bo phan, hoi dong nhan dan, ban tiep cong dan"
)
ROLE = either(
    "pho chu tich( thuong truc)?, chu tich, bi thu( dang uy)?, pho bi thu, giam doc, pho giam doc, truong phong, "
    "pho truong phong, pho phong, chanh van phong, truong cong an, pho cong an, chi huy truong, "
    "truong tram( y te)?, lanh dao, truong (thon|ap|ban|khu pho|xom)( \\w+)?, thu truong, nguoi dung dau"
)
FIELD = either(
    "dat dai, dia chinh, ho tich, tu phap, xay dung, moi truong, chinh sach( xa hoi)?, nguoi co cong, "
    "bao tro( xa hoi)?, van hoa, xa hoi, giao duc, y te, nong nghiep, thuy loi, giao thong, tai chinh, ke toan, "
    "kinh te, an ninh( trat tu)?, noi vu, van thu, tiep dan, tiep cong dan, khuyen nong, thu y, an sinh"
)
OUTSIDE = either(
    "truong (thon|ap|ban|buon|khu pho|xom)( \\w+)?, to truong( to dan pho)?( \\w+)?, "
    "truong (mam non|tieu hoc|hoc|thcs), benh vien, buu dien, dien luc, cap nuoc, toa an, kho bac, ngan hang, "
    "co quan thue, chi cuc thue, thue( co so)?, bao hiem xa hoi, bhxh, hoi phu nu, hoi nong dan, "
    "doan thanh nien, mat tran, hop tac xa, vien kiem sat, kiem lam"
)

STRONG_PHONE = either(
    "so dien thoai, dien thoai, sdt, so sdt, hotline, duong day nong, so nong, so lien (he|lac), so truc( ban)?, "
    "truc ban, goi so( may| nao)?, so may, goi( dien)?( cho| den)? ai, goi (dien|cho|den) dau, danh ba( dien thoai)?, "
    "lien he, lien lac, cach lien he"
)
PHONE = either("goi( dien)?( cho| den)?, cach, truc, khan, gap, ngoai gio, so, hang ngay, dau moi")
NUMBER_OF = re.compile(
    r"(?<!\S)so (?:cua )?(?:cong an|uy ban|chu tich|pho chu tich|bi thu|phong (?:kinh te|van hoa)|tram y te|quan su|"
    r"ban chi huy|trung tam|hanh chinh cong|mot cua|bo phan mot cua|truc ban|can bo|lanh dao|van phong)(?!\S)"
)
WHO = either(
    "ai, la ai, ten( la)?( gi)?, ho ten, nguoi nao, ong nao, (phong|bo phan|co quan|can bo|noi) nao, do ai, "
    "gap ai, gom ai, nguoi (phu trach|quan ly)"
)
WHO_MORE = either(
    "phu trach, quan ly, giai quyet, dung dau, lam truong, lam, chiu trach nhiem, dam nhiem, mang, linh vuc, "
    "viec, gap, danh sach, gom, nhung ai, hien nay, nguoi, bao gom, thuoc, phan cong, dong chi, dc, ten"
)
ADDRESS = either(
    "dia chi, o dau, cho nao, duong nao, (nam )?o cho nao, dau vay, duong di( den| toi)?, ban do, vi tri, "
    "chi duong( den| toi)?"
)
ADDRESS_MORE = either("nam, di, den, so (nha|may), duong, khu vuc, lam viec, tru so, moi, thon nao, tiep dan")
HOURS = either(
    "(may )?gio (mo|dong) cua, gio( giac)? lam( viec)?, gio hanh chinh, gio tiep nhan, "
    "(thoi gian|lich|ngay) lam viec, mo cua, dong cua, "
    "may gio( thi)? (lam|nghi|mo|dong|het|tan|toi|co nguoi|nhan|nop), lam( viec)? (den|toi|tu) may gio, "
    "het gio( lam viec)?, nghi trua, (lam |truc )?ngoai gio, may gio( thi)? (lam|nghi|mo|nhan|het)"
)
OPEN = either(
    "lam viec, co lam( viec)?, con lam( viec)?, lam( viec)? khong, co mo, con mo, co nghi, duoc nghi, "
    "nghi( khong| lam), nghi, (co|con|gap) (ai|nguoi)( truc| lam)?, truc, tiep nhan, (co |con )?nhan ho so, "
    "nop ho so, con nhan, tiep khach, lam den( zhour)?, lam toi, lam"
)
ASKS = either("khong, chua, nua, may gio, bao gio, luc nao, khi nao, ngay nao, ai, sao, the nao, nghi")
HOURS_MORE = either(
    "may gio, bao gio, ngay nao, cac ngay, moi ngay, hang ngay, ngay thuong, trong tuan, hang tuan, ra sao, "
    "ho so, nhan, nop, mo, nghi, lam, den, toi, tu, truc, ngay, thoi gian, buoi nao, trong, ca ngay, nghi le, "
    "lai, tro lai, le, het, kip, lich, ngay nghi, ngay le"
)
HOLIDAY = either(
    "nghi le, ngay le, dip le, le tet, lich nghi( le| tet)*, nghi tet, nghi bu, lam bu, le( co)? (nghi|lam), "
    "nghi (quoc khanh|gio to|giai phong)"
)
HOLIDAY_MORE = either(
    "nghi, lam( viec)?, may ngay, ngay nao, tu ngay nao, tu, den, bao gio, mo cua, dong cua, lich, duoc, "
    "may hom, ngay, hom nao, sap toi, toi day, den ngay nao, den khi nao, lai, tro lai, truc, nhan ho so, dip, "
    "le, tet, bao lau, lau, ra"
)
RECEPTION = either(
    "(lich |ngay |buoi |gio |hen )?tiep (cong )?dan( dinh ky)?, lich tiep( dan)?, "
    "(gap|hen gap|xin gap)( truc tiep)?( ong| ba)? (chu tich|pho chu tich|bi thu|lanh dao), "
    "(chu tich|bi thu|lanh dao)( xa| phuong)? tiep( dan)?"
)
RECEPTION_MORE = either(
    "nhac, hom nao, ngay nao, bao gio, thu may, may gio, lich, tiep, dan, cong dan, dinh ky, hang tuan, "
    "hang thang, tuan, gap, hen, dat lich, dang ky, buoi, ngay, lan, gan nhat, ke tiep, tiep theo, sap toi, "
    "toi day, truoc, moi tuan, truc tiep, phong"
)
REMIND = re.compile(r"(?<!\S)nhac(?!\S)")
REMIND_ALONE = re.compile(r"nhac (?:giup |dum |gium )?(?:toi|em|minh|chau|con|tui)(?: voi| nhe| nha| di| a)*")
WEBSITE = either(
    "(trang |dia chi )?(web|website), trang (thong tin|tin)( dien tu)?, (cong )?thong tin dien tu, trang dien tu"
)
EMAIL = either("(dia chi )?(email|e mail|gmail|mail), (dia chi )?thu dien tu, hom thu( dien tu| gop y)?")
BANK = either("so tai khoan, tai khoan( ngan hang)?, chuyen khoan( vao dau| cho ai)?")
BANK_MORE = either("nop( le)? phi, le phi, nop tien, dong tien, ngan hang, nop, tien, vao, so, dau, nhan")
OLD = either(
    "cu, truoc( day| kia)?, ngay truoc, hoi truoc, thuoc( ve)?, (da )?(sap |sat )?nhap( vao| voi)?, "
    "doi (ten|thanh), ten moi, xa nao, phuong nao, don vi nao, dau, thanh, la xa( gi)?, hien, gio, nay, ten, o, "
    "sau( khi)? (sap|sat) nhap"
)
OLD_UNIT = either("thi tran, huyen, quan, thi xa, tinh nao")
OLD_PLACE = re.compile(
    r"(?<!\S)(?:xa|phuong|thi tran|huyen|quan|thi xa) (?P<name>\w+(?: \w+){0,3}?) "
    r"(?:cu|truoc day|truoc kia|gio|nay|bay gio|hien nay|thuoc|sap nhap|sat nhap|nhap|da nhap|doi thanh)(?!\S)"
)
OLD_ASKS = re.compile(r"(?<!\S)(?:thuoc|nhap|doi (?:ten|thanh)|ten moi|la xa|o dau|(?:xa|phuong) nao|la gi)(?!\S)")
ELSEWHERE = re.compile(r"(?:uy ban (?:nhan dan )?)?(?:xa|phuong|dac khu|thi tran) (?P<name>\w+(?: \w+){0,3})")
