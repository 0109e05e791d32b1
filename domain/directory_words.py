"""The words people use to ask about a commune, folded (lower case, no accents), as patterns of whole words."""

from __future__ import annotations

import re


def either(phrases: str) -> re.Pattern[str]:
    """Whole words of a folded text: patterns separated by commas, the longest first."""
    parts = sorted((part.strip() for part in phrases.split(",")), key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(parts) + r")(?!\S)")


NEVER = re.compile(r"(?!)")
SHORT = {
    "ko": "khong", "k": "khong", "kg": "khong", "hok": "khong", "hong": "khong", "hem": "khong", "hk": "khong",
    "ub": "uy ban", "ubnd": "uy ban", "dt": "sdt", "tel": "sdt", "dthoai": "sdt", "lh": "lien he", "tcd":
    "tiep cong dan", "stk": "so tai khoan", "pct": "pho chu tich", "ntn": "the nao", "bn": "bao nhieu",
    "bnhiu": "bao nhieu", "mk": "minh", "mik": "minh", "vs": "voi", "r": "roi", "z": "vay", "v": "vay", "zay": "vay",
    "dzay": "vay", "dzi": "vay", "j": "gi", "lv": "lam viec", "ttpvhcc": "hanh chinh cong", "pvhcc": "hanh chinh cong",
    "tthcc": "hanh chinh cong", "hcc": "hanh chinh cong", "bqs": "quan su", "bchqs": "quan su", "vp": "van phong",
    "h": "gio", "e": "em", "cax": "cong an xa", "ldao": "lanh dao", "hs": "ho so", "cb": "can bo", "fb": "facebook",
    "cty": "cong ty",
    "hdnd": "hoi dong nhan dan", "vhxh": "van hoa xa hoi", "tyt": "tram y te",
}  # fmt: skip
MEANT = (  # short forms that only their neighbour explains
    (re.compile(r"(?<!\S)ca (?=xa|phuong)"), "cong an "),
    (re.compile(r"(?<!\S)ct (?=xa|phuong|uy ban|tiep|ten|la )"), "chu tich "),
    (re.compile(r"(?<!\S)(gap|ong|ba|sdt|so) ct(?!\S)"), r"\1 chu tich"),
    (re.compile(r"(?<!\S)tt (?=hanh chinh|phuc vu)"), "trung tam "),
    (re.compile(r"(?<!\S)(xin|cho|hoi) dc (?=uy ban|xa|phuong|tru so|mot cua|cong an)"), r"\1 dia chi "),
    (re.compile(r"(?<!\S)dc (?=uy ban|xa|phuong|tru so|mot cua|cong an)"), "dia chi "),
    (re.compile(r"(?<!\S)dc(?!\S)"), "duoc"),
    (re.compile(r"(?<!\S)sat nhap(?!\S)"), "sap nhap"),
)
SMALL = either(
    "da, vang, a, ah, ak, ha, oi, uh, u, um, uhm, cho, em, toi, minh, tui, tao, chau, con, bac, co, chu, ong, ba, anh, "
    "chi, ban, ad, admin, shop, moi nguoi, cac ban, alo, chao, xin chao, hello, hoi, xin, voi, nhe, nha, nhi, nghen, "
    "hen, he, hi, di, vay, the, thi, la, khong, duoc, biet, muon, can, hay, gi, nao, dau, o, tai, cua, cai, ve, nhu, "
    "nhu the nao, lam on, giup, dum, gium, cam on, tim, xem, khi, luc, tu, den, toi, va, chua, nua, roi, nay, ai, moi, "
    "tat ca, thong tin, nguoi dan, dan, ba con, qua, bao nhieu, may, ma, do a, hien tai, hien nay, bay gio, gio, "
    "nhung, cac, mot chut, ti, xiu, tra loi, noi, phai, da, dang, se, cung, de, len, sao, lam (sao|the nao), "
    "bang cach nao, cach nao, thua, y, vu, ay, do, dinh"
)
OFFICE = either(
    "trung tam hanh chinh, "
    "uy ban( nhan dan)?, tru so( lam viec| chinh| moi)?, van phong( uy ban( nhan dan)?)?, (bo phan |quay )?mot cua, "
    "(trung tam )?(phuc vu )?hanh chinh cong, co quan, tru so uy ban, can bo, trung tam, bo phan tiep nhan"
)
HERE = either(
    "(ngoai |tren |duoi |ben |trong )?xa(?! hoi(?! (so|ai|can bo|dau|thi|gap|nguoi)))( minh| ta| nay| nha| em| toi| tui"
    "| moi)?, (ngoai |tren |duoi |ben |trong )?phuong(?! (tien|phap|thuc|huong|vi))( minh| ta| nay| em| toi| moi)?, "
    "dac khu, dia phuong, nhan dan"
)
DEPARTMENT = either(
    "cong an, phong kinh te( ha tang)?( va)?( do thi)?, phong van hoa( va)?( xa hoi)?, phong ban, phong, "
    "quan su, (ban )?chi huy( quan su)?, tram y te, tram xa, (cac )?bo phan, hoi dong nhan dan, ban tiep cong dan, "
    "dang uy, mat tran( to quoc)?"
)
ROLE = either(
    "pho chu tich( thuong truc)?, chu tich, bi thu( dang uy)?, pho bi thu, giam doc, pho giam doc, truong phong, "
    "pho truong phong, pho phong, chanh van phong, truong cong an, pho cong an, chi huy truong, "
    "truong tram( y te)?, lanh dao, truong (thon|ap|ban|khu pho|xom)( \\w+)?, thu truong, nguoi dung dau"
)
FIELD = either(
    "dat dai, dia chinh, ho tich, tu phap, xay dung, moi truong, chinh sach( xa hoi)?, nguoi co cong, "
    "bao tro( xa hoi)?, van hoa, xa hoi, giao duc, y te, nong nghiep, thuy loi, giao thong, tai chinh, ke toan, "
    "kinh te, an ninh( trat tu)?, noi vu, van thu, tiep dan, tiep cong dan, khuyen nong, thu y, an sinh, "
    "(ho )?ngheo, giam ngheo, ho khau, cu tru, chung thuc, cong chung, nghia vu quan su, tre em, nguoi khuyet tat, "
    "thuong binh liet si, hop tac xa"
)
OUTSIDE = either(
    "truong (thon|ap|ban|buon|khu pho|xom)( \\w+)?, to truong( to dan pho)?( \\w+)?, "
    "truong (mam non|tieu hoc|hoc|thcs), benh vien, buu dien, dien luc, cap nuoc, toa an, kho bac, ngan hang, "
    "co quan thue, chi cuc thue, thue( co so)?, bao hiem xa hoi, bhxh, hoi phu nu, hoi nong dan, "
    "doan thanh nien, mat tran, hop tac xa, vien kiem sat, kiem lam, (cong ty |nha may )(cap )?nuoc, "
    "cong ty dien( luc)?, van phong dang ky dat dai, hoi nguoi cao tuoi, hoi cuu chien binh"
)

STRONG_PHONE = either(
    "so dien thoai, dien thoai, sdt, so sdt, so nao, so ban, hotline, "
    "duong day nong, so nong, so lien (he|lac), so truc( ban)?, "
    "truc ban, goi so( may| nao)?, so may(?! gio)( ban)?, goi( dien)?( cho| den| len)? ai, "
    "goi (dien|cho|den|len) dau, danh ba( dien thoai)?, lien he, lien lac, cach lien he, "
    "goi( dien)? (cho|len|ve|ra) (xa|phuong|uy ban|cong an)"
)
PHONE = either(
    "goi( dien)?( cho| den| len)?, cach, truc, khan, gap, ngoai gio( hanh chinh)?, (bang )?so( nao| may)?, hang ngay, "
    "dau moi, ban, nguoi, phu trach, quan ly, lam( viec)?, lo, tet, ngay nghi, ngay le, dip, cu the, chinh xac"
)
NUMBER_OF = re.compile(
    r"(?<!\S)(?<!tru )so (?:may )?(?:cua )?(?:cong an|uy ban|chu tich|pho chu tich|bi thu|phong (?:kinh te|van hoa)|"
    r"tram y te|"
    r"quan su|ban chi huy|chi huy|trung tam|hanh chinh cong|mot cua|bo phan mot cua|truc ban|can bo|lanh dao|van phong|"
    r"truong (?:thon|ap|ban|khu pho)|to truong|(?:cong ty|nha may) (?:cap )?(?:nuoc|dien)|dien luc|benh vien|buu dien|"
    r"xa|phuong|thi tran)(?!\S)"
)
DUTY = re.compile(r"(?<!\S)(?:so )?truc(?: ban)?(?!\S)")
WHO = either(
    "ai, la ai, ten( la)?( gi)?, ho ten, (nguoi|ong|ba|anh|chi|co|chu) nao, (phong|bo phan|co quan|can bo|noi) nao, "
    "do ai, gap ai, hoi ai, tim ai, gom ai, nguoi (phu trach|quan ly), danh sach (can bo|lanh dao)"
)
WHO_MORE = either(
    "phu trach, quan( ly)?, giai quyet, dung dau, lam truong, lam, chiu trach nhiem, dam nhiem, mang, linh vuc, "
    "viec, gap, danh sach, gom, nhung ai, hien nay, nguoi, bao gom, thuoc, phan cong, dong chi, dc, ten, lo, coi, "
    "trong coi, phong nao, bo phan nao, hoi, vu, chuyen, che do"
)
ADDRESS = either(
    "dia chi, o dau, len dau, o cho nao, o phong nao, duong (toi|den|len|di), "
    "cho nao, duong nao, (nam )?o cho nao, nam dau, dau vay, duong di( den| toi)?, ban do, "
    "vi tri, chi duong( den| toi)?, google map, dinh vi, o (thon|ap|duong|khu) nao"
)
ADDRESS_MORE = either(
    "nam, di, den, so (nha|may), duong, khu vuc, lam viec, tru so, moi, thon nao, tiep dan, sau( khi)? sap nhap, "
    "phong tiep( cong)? dan, phong, thon, chuyen( di| ve| den| sang)?, gio, nay, hien, bay gio, len, ra, cu the, map"
)
WHICH_ROOM = re.compile(r"(?<!\S)(?:o|vao|nam o) (?:phong|cho) nao(?!\S)")
MOVED = re.compile(r"(?<!\S)(?:chuyen (?:.* )?(?:di|ve|den|sang|ra) dau|vao phong nao)(?!\S)")
HOURS = either(
    "((may|bao) )?gio (mo|dong) cua, gio( giac)? lam( viec)?, gio hanh chinh, gio tiep nhan, "
    "(thoi gian|lich|ngay) lam viec, mo cua, dong cua, (bat dau|het) lam( viec)?, "
    "may gio( thi)? (lam|nghi|mo|dong|het|tan|toi|co nguoi|nhan|nop|bat dau), lam( viec)? (den|toi|tu) may gio, "
    "het gio( lam viec)?, nghi trua, lam them( gio)?, (lam |truc )?ngoai gio( hanh chinh)?, "
    "may gio( thi)? (lam|nghi|mo|nhan|het)"
)
OPEN = either(
    "lam viec, co lam( viec)?, con lam( viec)?, lam( viec)? khong, co mo, con mo, co nghi, duoc nghi, "
    "nghi( khong| lam), nghi, (co|con|gap) (ai|nguoi)( truc| lam| tiep)?, truc, tiep nhan, "
    "(co |con )?nhan (ho so|giay to), "
    "nop ho so, con nhan, con nop, tiep khach, lam den( zhour)?, lam toi, lam( bu)?, "
    "(len|ra|den|toi) (xa|phuong|uy ban|mot cua), con kip, kip"
)
ASKS = either("khong, chua, nua, may gio, bao gio, luc nao, khi nao, ngay nao, hom nao, ai, sao, the nao, nghi")
WHICH_DAYS = re.compile(
    r"(?<!\S)(?:(?:nhung |cac )?(?:ngay|hom|buoi) nao|thu may|may (?:ngay|buoi)(?= .*tuan)|khi nao|bao gio|luc nao|"
    r"chung nao)(?!\S)"
)
OPENS_AGAIN = re.compile(
    r"(?<!\S)(?:khi nao|bao gio|hom nao|ngay nao|luc nao|may gio|chung nao|den dau)(?: \w+){0,3}? "
    r"(?:lam(?: viec)?|mo(?: cua)?|nhan ho so|tiep nhan) (?:tro )?lai(?!\S)"
)
OPENS = re.compile(r"(?<!\S)(?:lam|lam viec|mo|mo cua|nhan ho so|tiep nhan|tiep khach)(?!\S)")
SOME_TIME = re.compile(r"(?<!\S)(?:may gio|ngay nghi|ngay le)(?!\S)")
STILL_WORKING = re.compile(r"(?<!\S)(?:co |con )?lam viec (?:.* )?(?:khong|chua|nua)$|(?<!\S)con lam khong$")
STILL_OPEN = re.compile(
    r"(?<!\S)(?:co|con) (?:lam|mo|nghi|ai|nguoi|can bo)(?: truc| o| ngoai| tren| dang)* (?:.* )?(?:khong|chua|nua)$"
)
HOURS_MORE = either(
    "may gio, bao gio, khi nao, luc nao, (nhung |cac )?ngay nao, (nhung |cac )?hom nao, thu may, "
    "may (ngay|buoi|tieng), chung nao, cac ngay, moi ngay, hang ngay, ngay thuong, trong tuan, "
    "(mot )?tuan, hang tuan, ra sao, bat dau, viec, "
    "ho so, nhan, nop, mo, nghi, lam, den, toi, tu, truc, ngay, thoi gian, buoi nao, trong, ca ngay, nghi le, "
    "lai, tro lai, le, het, kip, lich, ngay nghi, ngay le, trua, truoc, som, muon, tre, con, mai, chinh thuc"
)
DESK_DAY = either(
    "ngay khong (viet|hen)( giay)?, khong viet( ngay)?( khong hen)?, (viet|dien|ghi|khai) (giup|ho|dum|gium)"
    "( to khai| giay to| don)?"
)
DESK_DAY_MORE = either(
    "hom nao, ngay nao, thu may, khi nao, la gi, nghia la gi, can bo, co, ngay, hen, to khai, giay to, don, dien, "
    "ra sao, vao, hang tuan, hang thang"
)
HOLIDAY = either(
    "nghi le, ngay le, dip le, le tet, lich nghi( le| tet)*, nghi tet, nghi bu, lam bu, le( co)? (nghi|lam), "
    "nghi (quoc khanh|gio to|giai phong)"
)
HOLIDAY_MORE = either(
    "nghi, lam( viec)?, may ngay, bao nhieu ngay, ngay nao, tu ngay nao, tu, den, bao gio, mo cua, dong cua, lich, "
    "duoc, may hom, ngay, hom nao, sap toi, toi day, den ngay nao, den khi nao, lai, tro lai, truc, nhan ho so, dip, "
    "le, tet, bao lau, lau, ra, qua, het, sau, con, may gio, cho den, tu hom nao, (den|toi) hom nao"
)
HOW_LONG = re.compile(r"(?<!\S)(?:(?:may|bao nhieu) (?:ngay|hom)|(?:tu|den) ngay nao|bao lau)(?!\S)")
OFF_OR_ON = re.compile(r"(?<!\S)(?:nghi|lam|mo cua|dong cua|truc|nhan ho so)(?!\S)")
RECEPTION = either(
    "(lich |ngay |buoi |gio |hen |hom )?tiep (cong )?dan( dinh ky)?, lich tiep( dan)?, "
    "(gap|hen gap|xin gap)( truc tiep)?( ong| ba)? (chu tich|pho chu tich|bi thu|lanh dao), "
    "(chu tich|bi thu|lanh dao)( xa| phuong)? tiep( dan)?"
)
RECEPTION_MORE = either(
    "nhac, nho, hom nao, ngay nao, bao gio, khi nao, thu may, may gio, lich, tiep, dan, cong dan, dinh ky, hang tuan, "
    "hang thang, thang (nay|sau|toi), tuan, thang, gap, hen, dat lich, dang ky, buoi, ngay, hom, "
    "(may )?lan, mot tuan, gan nhat, vao, "
    "ke tiep, tiep theo, sap toi, toi day, truoc, moi tuan, truc tiep, phong, lam viec, dia diem, o dau"
)
REMIND = re.compile(r"(?<!\S)nhac(?!\S)")
REMIND_ALONE = re.compile(r"nhac (?:giup |dum |gium )?(?:toi|em|minh|chau|con|tui)(?: voi| nhe| nha| di| a)*")
SPEAK = re.compile(
    r"(?<!\S)(?:tieng|chu) (?P<language>anh|phap|trung(?: quoc)?|hoa|tau|nhat(?: ban)?|han(?: quoc)?|khmer|kho me|"
    r"khome|campuchia|lao|thai|mong|hmong|h mong|tay|nung|dao|muong|e de|ede|gia rai|jarai|gia lai|ba na|bana|cham|hre|"
    r"co ho|ra glai|nuoc ngoai|dan toc)(?!\S)"
)
LANGUAGE_CODES = {
    "anh": "en", "phap": "fr", "trung": "zh", "trung quoc": "zh", "hoa": "zh", "tau": "zh", "nhat": "ja",
    "nhat ban": "ja", "han": "ko", "han quoc": "ko", "khmer": "km", "kho me": "km", "khome": "km", "campuchia": "km",
    "lao": "lo", "thai": "tai", "mong": "hmn", "hmong": "hmn", "h mong": "hmn", "tay": "tyz", "nung": "nut",
    "dao": "ium", "muong": "mtq", "e de": "rad", "ede": "rad", "gia rai": "jra", "jarai": "jra", "gia lai": "jra",
    "ba na": "bdq", "bana": "bdq", "cham": "cjm", "hre": "hre", "co ho": "kpm",
}  # fmt: skip
SPEAK_MORE = either(
    "vo, chong, khach, ban, nguoi (han|nhat|trung|my|anh|phap|lao|thai|tay)( quoc| ban| lan)?, "
    "nguoi (campuchia|dai loan|dan toc), biet( duoc)?, noi( duoc)?, hieu( duoc)?, nghe( duoc)?, doc( duoc)?, "
    "thao, gioi, giao tiep, phien dich, thong dich, dich, ai, nguoi( nao)?, "
    "(phong|bo phan|can bo|nhan vien) nao, nhan vien, "
    "gap, bang, ho tro, tiep, noi chuyen, nuoc ngoai, o"
)
NO_VIETNAMESE = re.compile(
    r"(?:khong|chua) (?:biet |noi |doc |hieu |ranh |gioi |thao |duoc )+"
    r"(?:tieng viet|tieng kinh|chu viet|tieng pho thong)"
)
WEBSITE = either(
    "(trang |dia chi )?(web|website), trang (thong tin|tin)( dien tu)?, (cong )?thong tin dien tu, trang dien tu"
)
SOCIAL = either("(nhom |kenh |trang )?(zalo|facebook|fanpage|phay buc|face)( oa)?")
EMAIL = either("(dia chi )?(email|e mail|gmail|mail), (dia chi )?thu dien tu, hom thu( dien tu| gop y)?")
EMAIL_MORE = either("gui, viet, dia chi")
BANK = either("so tai khoan, tai khoan( ngan hang)?, chuyen khoan( vao dau| cho ai)?")
BANK_MORE = either("nop( le)? phi, le phi, nop tien, dong tien, ngan hang, nop, tien, vao, so, dau, nhan")
OLD = either(
    "cu, truoc( day| kia)?, ngay truoc, hoi truoc, thuoc( ve)?, (da )?sap nhap( vao| voi)?, nhap( vao| voi| chung)?, "
    "doi (ten|thanh), ten moi, xa nao, phuong nao, don vi nao, dau, thanh, la xa( gi)?, hien, gio, nay, ten, "
    "goi( la)?, o, "
    "sau( khi)? sap nhap"
)
OLD_MORE = either(
    "xa, phuong, thi tran, tt, huyen, lam giay to, giay to, lam, thu tuc, nop( ho so)?, ho so, len, ra, hoi, di, den, "
    "nguoi, nha, que, song, thon, xom, ap, ban, gap, ai, ben, ubnd, uy ban, tru so, lien he, gio thi, chuyen"
)
OLD_UNIT = either("thi tran, huyen, quan, thi xa, tinh nao")
OLD_PLACE = re.compile(
    r"(?<!\S)(?:xa(?! hoi)|phuong(?! (?:tien|phap|thuc|huong))|thi tran|huyen|quan(?! (?:ly|tri|su|doi|he))|thi xa) "
    r"(?P<name>\w+(?: \w+){0,3}?) "
    r"(?:cu|truoc day|truoc kia|gio|nay|bay gio|hien nay|thuoc|sap nhap|nhap|da nhap|doi thanh)(?!\S)"
)
OLD_ASKS = re.compile(r"(?<!\S)(?:thuoc|nhap|doi (?:ten|thanh)|ten moi|la xa|o dau|(?:xa|phuong) nao|la gi)(?!\S)")
MERGED_FROM = re.compile(
    r"(?<!\S)(?:(?:sap )?nhap (?:tu|gom|cua)|hinh thanh tu|(?:truoc|truoc day|hoi truoc|cu)(?: \w+)? (?:la|gom)|"
    r"gom (?:nhung |cac |may )?(?:xa|phuong)|(?:nhung|cac|may) (?:xa|phuong)(?: cu)? nao|ten cu)(?!\S)"
)
MERGED_MORE = either(
    "sap nhap, nhap, gom, tu, nhung, cac, may, xa( nao| gi)?, phuong( nao| gi)?, cu, truoc( day| kia)?, hoi, ten, "
    "hinh thanh, lai, voi, thanh, chung"
)
ELSEWHERE = re.compile(
    r"(?:uy ban (?:nhan dan )?)?(?:xa(?! hoi)|phuong(?! (?:tien|phap|thuc|huong))|dac khu|thi tran) "
    r"(?P<name>\w+(?: \w+){0,3})"
)
