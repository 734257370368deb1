"""The words of the office language that the reader knows, without marks: heads of unit names, verbs, kinds of section."""

import re
from collections.abc import Iterable


def phrases(text: str) -> list[str]:
    """The phrases of a word table: one between two bars."""
    return [part.strip() for part in text.split("|") if part.strip()]


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the phrases, longest first, where a blank means any white space."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + ")"


# Words with which the name of a body, a post or a group of places begins.
UNIT_HEADS = phrases("""
    so | cac so | phong | cac phong | ban | cac ban | ubnd | uy ban nhan dan | uy ban mttq | uy ban mat tran | ub mttq | uy ban |
    mttq | mat tran to quoc | mat tran | hdnd | hoi dong nhan dan | hoi dong | thuong truc | van phong | vp ubnd | vpdp | chi cuc | cuc |
    tong cuc | cong an | bo chi huy | bo tu lenh | ban chi huy | thanh tra | thue | co quan thue | chi cuc thue | cuc thue | kho bac | bao hiem xa hoi | trung tam |
    cong ty | tong cong ty | tap doan | cong doan | lien doan | doan thanh nien | tinh doan | huyen doan | thanh doan | doan khoi |
    hoi lien hiep | hoi nong dan | hoi cuu chien binh | hoi phu nu | cac hoi | hoi | lien minh hop tac xa | toa an nhan dan | toa an | vien kiem sat |
    truong | cac truong | hoc vien | benh vien | dai phat thanh | bao va phat thanh | dien luc | ngan hang | buu dien |
    dang uy | tinh uy | huyen uy | thanh uy | thi uy | cac cap uy | cap uy | chi bo | ban thuong vu | ban cong tac |
    chu tich | pho chu tich | bi thu | pho bi thu | giam doc | pho giam doc | thu truong | truong phong | truong ban | chanh van phong |
    lanh dao | nguoi dung dau | thanh vien | cac thanh vien | dong chi | cac dong chi | can bo | to cong tac | to giup viec | doan kiem tra |
    chu dau tu | cac chu dau tu | nha thau | cac nha thau | don vi tu van | to truong | truong thon | truong cac ban | truong cac thon | cac to truong |
    cac don vi | don vi | cac co quan | co quan | cac dia phuong | dia phuong | cac nganh | cac to chuc | cac doan the | cac cap | tung don vi | quy don vi | quy co quan |
    cac xa | cac huyen | cac thanh pho | cac phuong | cac thon | cac ban | cac to dan pho | cac dong chi thanh vien | cac doanh nghiep | cac hop tac xa | cac chi nhanh |
    xa | huyen | thi xa | thanh pho | phuong | thi tran | thon | ban quan ly | bql | bcd | bch | bo | cac bo | vien | nha may | doanh nghiep | hop tac xa | luc luong |
    quan uy | dang doan | dang bo | quan | dac khu | khu pho | ban nhan dan | to dan pho | cong chuc | hieu truong | cuc truong | vu truong | tong giam doc | bo truong | thu tuong | pho thu tuong |
    vien truong | chanh an | chanh thanh tra | chi huy truong | uy vien | cac uy vien | hiep hoi | hai quan | bo doi bien phong | tu van giam sat | tu van thiet ke | don vi thi cong | lien danh |
    kho bac nha nuoc | quan khu | chi hoi | bao hiem | bhxh | kbnn | tand | vksnd | vien thong | truong cong an | ke toan | chu rung | chu ho | nguoi phat ngon | hoi dong quan tri | thi hanh an | bao | dai | hat | tram | don | doi | vu | quy | khoi | cum | to |
    thong tan xa | ubmttq | ubmttqvn | ubnd - ubmttq | ttyt | hccb | hnd | hlhpn | ldld | cac bi thu | cac chu tich | cac co so | truong cac phong | truong cac co quan | truong cac don vi | truong cac doan the | truong cac nganh | truong cac khu | truong cac to | truong khu pho | truong khu | truong tram | truong doan |
    pho truong phong | pho truong ban | pho chanh van phong | pho thu truong | bo phan
""")
# Heads that are common words too: only with a capital before a capital ("Trạm Y tế", "Vụ Khoa học"), never "vụ việc".
CAPITAL_HEADS = frozenset(
    ["bao", "dai", "hat", "tram", "don", "doi", "vu", "quy", "khoi", "cum", "to", "quan", "tu", "bo phan"]
)
# "xã hội", "ban hành", "bộ máy", "sở hữu": the same letters, no unit.
NOT_UNITS = phrases("""
    xa hoi | ban hanh | bo may | so huu | so lieu | so luong | so tien | bo sung | bo tri | bo tieu chi | don vi tinh | hoi nghi | hoi thao | hoi dam | bao cao | bao dam | bao ve |
    cac co so du lieu | cac co so vat chat | thue dat | truong hop | so ket | so bo | thu hut | cuc bo | vien chuc | ban giao | ban than | bao gom | phuong an | phuong tien | phuong cham | bo cong cu | bo chi so | so tay | so voi |
    vu viec | vu an | bao gio | quan ly | quan triet | quan tam | quan trac | quan diem | quan he | to chuc | don gia | don vi hanh chinh | don thu | doi voi | doi moi | doi thoai | doi chieu | quy dinh | quy hoach | quy trinh | quy che | quy chuan | quy mo | quy dat |
    phuong thuc | phuong phap | xa thai | bao ton | bao tri | so nha | so dien thoai | hoi nhap | thon tin | bao quan | so hoa | don vi hanh chinh | phong chong | phong ngua | phong cach | phong trao
""")
# Predicates that hardly ever stand inside the name of a body.
STRONG_VERBS = phrases("""
    chu tri | phoi hop | chiu trach nhiem | co trach nhiem | chu dong | khan truong | kip thoi | tham muu | huong dan | don doc | ra soat | tong hop |
    bao cao | theo doi | day nhanh | day manh | tang cuong | tiep tuc | tap trung | nghiem tuc | phai | can phai | can | hoan thanh | hoan thien | de xuat | trinh | trien khai |
    xem xet | nghien cuu | giai ngan | tham dinh | lap | gui | quan triet | pho bien | tuyen truyen | chi dao | phan cong | bo tri | huy dong | cung cap | cap nhat |
    giai quyet | xu ly | khac phuc | chan chinh | cong bo | phe duyet | ban hanh | chuan bi | thuong xuyen | dinh ky | som | sau sat | bam sat | neu cao | nang cao | phat huy | de cao |
    quan tam | to chuc thuc hien | to chuc trien khai | to chuc kiem tra | to chuc ra soat | to chuc tuyen truyen | thuc hien nghiem | thuc hien tot | thuc hien ra soat | xay dung ke hoach |
    xay dung phuong an | xay dung de an | xay dung chuong trinh | xay dung du toan | xay dung quy che | kiem tra, giam sat | kiem tra, don doc | kiem tra, ra soat | danh gia | van dong | tiep nhan | moi | thong bao |
    se | khong duoc | duoc giao | dau moi | la co quan | la don vi | la dau moi | tham gia | tham gia gop y | dam bao | bao dam | gop y | chuyen | lua chon | ky ket | kiem soat | doi chieu | ho tro | cham lo | giu gin |
    tien hanh | duy tri | lam tot | thuc hien tot cong tac | tiep thu | xac dinh | phan bo | chiu su | mo dot | len phuong an | rut ngan | phan loai | thanh lap | ky cam ket | thu thap | thuc hien nghiem tuc |
    tang toc | quyet liet | kien quyet | khao sat | kien toan | giao nhiem vu | gui bao cao | truc tiep | kiem diem | rut kinh nghiem | lam viec | ban giao | tiep can | dau tu dong bo | ung dung | nop | thanh toan | quyet toan | boi thuong
""")
# Verbs that are also parts of names (Sở Xây dựng, Ban Tổ chức, Ban Quản lý): only the place in the sentence decides.
WEAK_VERBS = phrases("""
    xay dung | to chuc | quan ly | thuc hien | kiem tra | thanh tra | giam sat | dieu phoi | phat trien | dau tu | van hanh | dao tao | bao ve | thong ke | du bao | quy hoach | giao | lanh dao
""")
# Other verbs with which a task may begin.
OTHER_VERBS = phrases("""
    cham lo | huong ung | dam duong | phan luong | lap dat | chi vien | sap xep | trien lam | gin giu | trung tu | canh bao | tiet kiem | nang cap | mo rong | bao hanh | cham diem | xep loai | thuyet phuc | cai cach | dan van | van hanh | so sanh | tham gia | cu | doi soat | nhap | lap danh sach | cung co | cu the hoa | lam | thanh lap | ra quyet dinh | thu hoi | thu nop | cap giay | moi goi | thu hut | khoi cong | khanh thanh | nghiem thu | ban giao | rut ngan | cat giam | don gian hoa |
    ngan chan | phat hien | dau tranh | kiem ke | dieu tra | xac minh | xac dinh | lam ro | ra quan | phat dong | chot | gia han | dieu chinh | bo sung | sua doi | thay the | chuyen doi |
    lua chon | dau gia | dau thau | ky hop dong | thi cong | sua chua | tu bo | nao vet | giai phong | di doi | tai dinh cu | cong khai | niem yet | dang tai | luu tru | so hoa | khoanh dinh | quan trac |
    kiem soat | tiep can | phan bo | phan ky | phan loai | phan khai | can doi | uu tien | tranh thu | khai thac | phat huy | phat trien | duy tri | giu vung | cham dut | dinh chi | tam dung | dinh huong |
    treo | phat tin | cap phat | dua tin | dua vao | dua | lien he | dong hanh | bam nam | khai bao | nhac nho | nhac viec | theo sat | thong tin | cam moc | phat quang | phat don | thu gom | ve sinh | sam sua | kiem soat | cho dung | cho nghi | cho hoc sinh | cho phep | treo co | kich hoat | doi thoai | tiep cong dan | tra loi | giai trinh | bao mat | dien tap | ung truc | truc ban | tuan tra | giao ban | hop | so ket | tong ket | binh xet | khen thuong | xu phat | ky luat | dam phan | ket noi | tich hop | chu trong |
    long ghep | thay doi | doi moi | sap xep | tinh gian | ke khai | khuyen khich | ung von | chia se | ket hop | nam bat | nam chac | nam tinh hinh | trao doi | lay y kien | tham van | tiep thu | giao dat | cho thue | go vuong |
    thao go | dang ky | thong ke | tham tra | kiem dem | chi tra | thao do | cuong che | van dong | cham soc | mua sam | tuyen dung | boi duong | dao tao | tap huan | luan chuyen | bo nhiem | phan cap | uy quyen | ky |
    danh gia | quy hoach | tich cuc | ap dung | phong ngua | yeu cau | de nghi | giao | xin y kien | xin | phan dau | co them | dat | de cu | kien nghi | quan ly | lap ho so | gop | luu y | dau noi | cong nhan | cai tao | bao tri | bao duong
""")
PERFORMATIVES = phrases(
    "giao | yeu cau | de nghi | phan cong | thong nhat giao | dong y giao | nhat tri giao | tiep tuc giao | uy quyen cho | uy quyen | giao cho | giao trach nhiem cho | de nghi dong chi | yeu cau dong chi"
)


# Headings of parts that assess, found or fund: nothing is assigned there without an explicit word.
SKIPPED_SECTIONS = phrases("""
    danh gia | nhan xet | uu khuyet diem | ket qua thuc hien | ket qua dat duoc | ve ket qua | nhung ket qua | ket qua cong tac | ton tai | han che | nguyen nhan | muc dich | yeu cau | can cu | kinh phi | nguon kinh phi | boi canh |
    ket qua nam | ket qua thang | ket qua quy | ket qua 6 thang | ket qua 9 thang | ket qua 06 thang | ket qua 09 thang | ket qua trien khai | ket qua lanh dao | ket qua phat trien | ket qua noi bat | ket qua chi dao | ket qua hoat dong | tinh hinh | khai quat | quan diem | thanh phan | uu diem | khuyet diem | kho khan, vuong mac | nhung kho khan | thuan loi | ghi nhan | nhan dinh | co so phap ly | su can thiet | pham vi | doi tuong ap dung | ly do | y kien thao luan | bai hoc kinh nghiem
""")
KEPT_SECTIONS = phrases(
    "yeu cau thuc hien | yeu cau doi voi | yeu cau cu the | nhiem vu | giai phap | phan cong | to chuc thuc hien | y kien chi dao | trong tam | trach nhiem thuc hien | che do bao cao | ket luan | thoi gian toi | khac phuc | thao go | xu ly | giai quyet | tien do thuc hien | bao cao ket qua | thong tin, bao cao"
)
ORGANISING_SECTIONS = phrases("to chuc thuc hien | phan cong | trach nhiem | nhiem vu cu the")

# Duties of conduct: nothing to deliver, nobody can ask "done or not?".
CONDUCT = phrases("""
    khong | tam dung | tam thoi dung | tam hoan | neu cao | nang cao trach nhiem | de cao | phat huy tinh than | phat huy trach nhiem | tuyet doi khong | khong duoc | khong de | nghiem cam | khong trong cho | nhan thuc ro | xac dinh ro | coi day la | chiu trach nhiem truoc | chiu trach nhiem toan dien |
    phai chu dong, khong | kien quyet khong | khuyen khich | lien doi chiu trach nhiem | quyet tam | doan ket | tiep tuc phat huy | tiep tuc tap trung lanh dao, chi dao quyet liet | phat huy vai tro | tuyet doi khong duoc | nang cao chat luong tham dinh | nang cao trach nhiem chat luong
""")

# Short words that are other words with other marks (số, bán, cán, đất): there the marks must be right.
EXACT_MARKS = {
    "so": "sở", "ban": "ban", "bo": "bộ", "hoi": "hội", "xa": "xã", "phong": "phòng", "cuc": "cục", "vien": "viện", "thue": "thuế", "truong": "trường",
    "vu": "vụ", "dai": "đài", "hat": "hạt", "tram": "trạm", "don": "đồn", "doi": "đội", "quy": "quỹ", "khoi": "khối", "cum": "cụm", "to": "tổ", "quan": "quận", "dang doan": "đảng đoàn", "bao hiem": "bảo hiểm", "hai quan": "hải quan",
    "thon": "thôn", "phuong": "phường", "bao": "báo", "can": "cần", "moi": "mời", "lap": "lập", "nop": "nộp", "gui": "gửi", "som": "sớm", "phai": "phải", "se": "sẽ",
    "trinh": "trình", "giao": "giao", "hop": "họp", "lam": "làm", "dat": "đạt", "ky": "ký", "xin": "xin", "gop": "góp", "chot": "chốt", "chuyen": "chuyển", "ngay": "ngay", "va": "và", "cu": "cử",
    "cung": "cùng", "neu": "nếu", "rieng": "riêng", "phan dau": "phấn đấu", "duy tri": "duy trì",
}  # fmt: skip
# A word before which these stand is part of a longer noun (chương trình, thành lập, các tổ chức, công tác kiểm tra).
NOUN_BEFORE = {
    "trinh": {"chuong", "cong", "qua", "lo", "quy", "giao", "to", "tien", "hanh", "dia"},
    "lap": {"doc", "thanh", "trung", "xac", "tao", "cong"},
    "tham muu": {"quan"},
    "xac dinh": {"da", "duoc"},
    "tiep thu": {"da"},
    "thanh lap": {"da", "duoc", "moi"},
    "giao": {"ban", "chuyen", "doi", "duoc", "da", "ngoai", "dien", "tin", "nut", "huyen", "tinh"},
    "chuyen": {"van", "luan", "di"},
    "hop": {"phoi", "phu", "tong", "truong", "ket", "lien", "ky", "cuoc", "to"},
    "dat": {"dia", "gia", "quy"},
    "ky": {"dinh", "thoi", "chu", "hoc"},
}  # fmt: skip
NOUN_MARKERS = {
    "cac",
    "nhung",
    "cong",
    "viec",
    "su",
    "mot",
    "moi",
    "tac",
    "chua",
    "da",
    "khong",
    "duoc",
    "bi",
    "cua",
    "ve",
    "co",
    "nguoi",
    "nhan",
    "chu",
    "kha",
    "muc",
}

# Nouns that begin like a verb.
NOUN_STARTS = phrases(
    "giao thong | giao dich | giao luu | bao cao so | thong bao so | ke hoach | to chuc dang | to chuc chinh tri | quan ly nha nuoc | dau tu cong | xay dung co ban | trien khai cham | ho tro nay | thuc hien duoc | dat duoc | hoan thanh duoc"
)
NOUN_START = re.compile(any_of(NOUN_STARTS) + r"\b")

UNIT_HEAD = re.compile(
    r"(?:"
    + any_of(NOT_UNITS)
    + r"\b)|\b(?:(?:cac|nhung|toan bo|tung)\s+(?!"
    + any_of(NOT_UNITS)
    + r"\b))??(?P<head>"
    + any_of(UNIT_HEADS)
    + r")\b"
)
# The fields of offices of a province, a district or a commune, before and after the mergers of 2025.
OFFICE_FIELDS = phrases("""
    cong thuong | tai chinh | tai chinh - ke hoach | tai chinh – ke hoach | tai chinh ke hoach | ke hoach va dau tu | noi vu | xay dung | giao thong van tai | y te | tu phap | ngoai vu | du lich | dan toc va ton giao | dan toc | ton giao |
    nong nghiep va moi truong | nong nghiep va phat trien nong thon | nong nghiep | tai nguyen va moi truong | khoa hoc va cong nghe | thong tin va truyen thong | giao duc va dao tao | van hoa, the thao va du lich | van hoa va the thao |
    van hoa va thong tin | nghiep vu y | dan so | bao tro xa hoi | ke toan tai chinh | van hoa, khoa hoc va thong tin | van hoa - xa hoi | van hoa – xa hoi | kinh te | kinh te va ha tang | kinh te, ha tang va do thi | kinh te - ha tang | quan ly do thi | lao dong - thuong binh va xa hoi | lao dong – thuong binh va xa hoi | lao dong, thuong binh va xa hoi
""")
KNOWN_OFFICE = re.compile(
    r"(?:so|phong|chi cuc)\s+"
    + any_of(OFFICE_FIELDS)
    + r"\b(?!\s*(?:-|–|—|va\s+(?:moi|phat|dao|dau|truyen|the|ha|cong|xa|ton)|,\s*(?:the|khoa|ha)\b))"
)
STRONG = re.compile(r"\b" + any_of(STRONG_VERBS) + r"\b")
UNSURE = re.compile(r"\b" + any_of([*WEAK_VERBS, *OTHER_VERBS]) + r"\b")
VERB = re.compile(r"\b" + any_of([*STRONG_VERBS, *WEAK_VERBS, *OTHER_VERBS]) + r"\b")
PERFORMATIVE = re.compile(r"\b" + any_of(PERFORMATIVES) + r"\b")
CONDUCT_START = re.compile(r"(?:(?:tiep tuc|phai|can|luon|chu dong)\s+)*" + any_of(CONDUCT) + r"\b")
SKIPPED_SECTION = re.compile(
    r"\W*(?:(?:phan|ve|danh gia|mot so|nhung|cac|cong tac|khai quat|cong tac lanh dao, chi dao|\d+\.)\s+){0,3}"
    + any_of(SKIPPED_SECTIONS)
    + r"\b"
)
KEPT_SECTION = re.compile(r"\b" + any_of(KEPT_SECTIONS) + r"\b")
ORGANISING_SECTION = re.compile(r"\b" + any_of(ORGANISING_SECTIONS) + r"\b")
# Sentences that belong to the one before, clauses that only qualify it, and the words of a target.
GLUE = re.compile(r"(?:dac biet|trong do|dien hinh|cu the|nhat la|theo do|truong hop|neu co|rieng doi voi|kem theo)\b")
QUALITY = re.compile(r"(?:dam bao|bao dam|khong de|tranh|theo dung|phu hop)\b")
MILESTONE_START = re.compile(r"(?:phan dau|co them|co \d+|binh quan|ty le|dat )")
