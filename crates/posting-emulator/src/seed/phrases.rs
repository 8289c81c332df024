//! Phrases in many scripts, from which titles, descriptions and poster names are put together.
//!
//! A phrase is opening + subject + ending, a description one to three sentences. They carry commas, quotes of every kind,
//! apostrophes and combining marks on purpose: what stands between here and the table must not care.

/// The words of one language.
pub(super) struct Language {
    /// Stands between opening, subject and ending; empty where the script writes no spaces.
    pub(super) space: &'static str,
    pub(super) openings: &'static [&'static str],
    pub(super) subjects: &'static [&'static str],
    pub(super) endings: &'static [&'static str],
    pub(super) sentences: &'static [&'static str],
    pub(super) posters: &'static [&'static str],
}

/// English takes its subjects from the pin's topic.
pub(super) const ENGLISH: Language = Language {
    space: " ",
    openings: &[
        "Ideas for",
        "How to Love",
        "25 Ways to",
        "The \"Honest\" Guide to",
        "Simple,",
        "Everything About",
        "Why We Adore",
    ],
    subjects: &[],
    endings: &[
        "That Won't Cost a Fortune",
        "(Step by Step)",
        "for Beginners",
        "| A Year of Making",
        "- Free Pattern & Notes",
        "You'll Want to Save",
        "at Home",
    ],
    sentences: &[
        "We tried it twice, so you don't have to.",
        "Everything on the list fits in one bag, costs little, and lasts.",
        "\"Do less, but do it well,\" said my grandmother.",
        "Save this for later; the second part comes on Sunday.",
        "It's quick: 20 minutes, 3 tools, no glue.",
        "Scroll down for sizes, colours and the printable.",
    ],
    posters: &[
        "Willow & Thread",
        "The Slow Kitchen",
        "North Lane Studio",
        "Ana's Corner",
        "Paper Harbour",
        "Juniper Post",
        "Tom | Makes Things",
        "oakandember",
        "Hello, Marigold",
        "Second Shelf Co.",
    ],
};

/// The languages beside English, evenly drawn.
pub(super) const LANGUAGES: &[Language] = &[
    Language {
        space: " ",
        openings: &["Idées pour", "Déco :", "L'été avec", "Où trouver"],
        subjects: &["une façade fleurie", "des gâteaux légers", "un dîner à la campagne"],
        endings: &["à petit prix", "déjà prêts pour Noël", "« fait maison »"],
        sentences: &[
            "C'est très simple, et ça ne coûte presque rien.",
            "À garder, même si l'automne est déjà là !",
        ],
        posters: &["Chloé Forêt", "L'Atelier d'à côté", "Noémie Façonne"],
    },
    Language {
        space: " ",
        openings: &["Cómo pintar", "¿Qué hacer con", "Mañanas y", "Años de"],
        subjects: &["un baño pequeño", "piñatas de cartón", "la montaña en otoño"],
        endings: &["paso a paso", "¡sin complicaciones!", "para niños"],
        sentences: &[
            "Guárdalo: así, mañana, será más fácil.",
            "Una receta de mi abuela, \"la señora Núñez\".",
        ],
        posters: &["Íñigo Peña", "La Señora Añil", "Papel y Jardín"],
    },
    Language {
        space: " ",
        openings: &["Schöne Ideen für", "Gemütliche Abende mit", "Größer denken:", "Müßiggang und"],
        subjects: &["kleine Küchen", "die Straße am Fluß", "Äpfel und Nüsse"],
        endings: &["zum Selbermachen", "im Überblick", "„ganz einfach“"],
        sentences: &[
            "Für übermorgen merken, es lohnt sich.",
            "Das geht schnell, wirklich schnell, und hält jahrelang.",
        ],
        posters: &["Jörg Weißbach", "Käthes Nähstübchen", "Grüne Tür"],
    },
    Language {
        space: " ",
        openings: &["Coração e", "Manhãs com", "Decoração:", "Lições de"],
        subjects: &["pão caseiro", "canções de verão", "um jardim à beira-mar"],
        endings: &["em três passos", "para irmãos", "sem confusão"],
        sentences: &["Não é difícil, é só questão de paciência.", "Amanhã mostramos a segunda opção."],
        posters: &["João Magalhães", "Mãos de Algodão"],
    },
    Language {
        space: " ",
        openings: &["Jak urządzić", "Pomysły na", "Źródło i", "Dłuższe życie:"],
        subjects: &["małą łazienkę", "świąteczny stół", "ścieżkę w ogrodzie"],
        endings: &["krok po kroku", "za grosze", "– część piąta"],
        sentences: &["Gęślą jaźń to nie wszystko, zapisz też resztę.", "Będzie pięknie, będzie ciepło."],
        posters: &["Łucja Żółkiewska", "Pracownia Świt"],
    },
    Language {
        space: " ",
        openings: &["Küçük evler için", "Işıklı", "Çiçekli", "Güzel bir"],
        subjects: &["bahçe fikirleri", "düğün süsleri", "kış örgüleri"],
        endings: &["nasıl yapılır?", "adım adım", "İstanbul'dan"],
        sentences: &["Çok kolay, üstelik ucuz.", "Şimdi kaydet, sonra dene."],
        posters: &["Gökçe Yıldız", "İpek Atölye"],
    },
    Language {
        space: " ",
        openings: &["Ý tưởng", "Cách làm", "Những", "Một buổi sáng với"],
        subjects: &["đèn lồng giấy", "bánh truyền thống", "khu vườn nhỏ"],
        endings: &["tại nhà", "cho người mới", "thật đơn giản"],
        sentences: &["Lưu lại để xem sau, rất dễ làm.", "Chỉ cần giấy, kéo và một chút thời gian."],
        posters: &["Nguyễn Thị Hoa", "Tiệm Giấy Gió"],
    },
    Language {
        space: " ",
        openings: &["Идеи для", "Как полюбить", "Лучшие", "Просто о"],
        subjects: &["маленькой кухни", "зимних вечеров", "бумажных цветов"],
        endings: &["своими руками", "шаг за шагом", "«без лишних слов»"],
        sentences: &["Сохраните, чтобы не потерять: пригодится.", "Всё очень просто, быстро и недорого."],
        posters: &["Алёна Берёзкина", "Мастерская «Утро»"],
    },
    Language {
        space: " ",
        openings: &["Ідеї для", "Щасливі", "Ґанок і"],
        subjects: &["затишної оселі", "вишиті рушники", "їжаки з глини"],
        endings: &["власноруч", "крок за кроком", "об'єднані кольором"],
        sentences: &["Збережіть собі, бо п'ята частина вже скоро.", "Просто, швидко, гарно."],
        posters: &["Ївга Ґалаґан", "Майстерня Світанок"],
    },
    Language {
        space: " ",
        openings: &["Ιδέες για", "Πώς να φτιάξετε", "Μικρά"],
        subjects: &["ένα φωτεινό σαλόνι", "χειροποίητα κεριά", "νησιά και λιμάνια"],
        endings: &["βήμα βήμα", "με λίγα χρήματα", "στο σπίτι"],
        sentences: &["Είναι εύκολο, γρήγορο και όμορφο.", "Κρατήστε το για αύριο· αξίζει."],
        posters: &["Ελένη Θάλασσα", "Το Εργαστήρι"],
    },
    Language {
        space: " ",
        openings: &["أفكار", "كيف تصنع", "أجمل"],
        subjects: &["حديقة صغيرة", "بطاقات ورقية", "مطبخ هادئ"],
        endings: &["خطوة بخطوة", "بتكلفة قليلة، وبسرعة", "للمبتدئين"],
        sentences: &["احفظها الآن، ثم جرّبها غدًا.", "سهلة جدًا ولا تحتاج إلى وقت."],
        posters: &["ليلى الحدّاد", "ورشة الفجر"],
    },
    Language {
        space: " ",
        openings: &["רעיונות", "איך להכין", "הכול על"],
        subjects: &["גינה קטנה", "כרטיסי ברכה", "מטבח חמים"],
        endings: &["צעד אחר צעד", "בבית", "למתחילים"],
        sentences: &["שמרו לאחר כך, זה קל ומהיר.", "רק נייר, מספריים וחצי שעה."],
        posters: &["נועה שחר", "סטודיו בוקר"],
    },
    Language {
        space: " ",
        openings: &["आसान", "घर के लिए", "सुंदर"],
        subjects: &["काग़ज़ के फूल", "छोटा बगीचा", "सर्दियों की बुनाई"],
        endings: &["क़दम दर क़दम", "कम ख़र्च में", "बच्चों के लिए"],
        sentences: &["इसे सहेज लें, कल काम आएगा।", "बस काग़ज़, कैंची और थोड़ा समय।"],
        posters: &["मीरा जोशी", "नई सुबह"],
    },
    Language {
        space: "",
        openings: &["ไอเดีย", "วิธีทำ", "รวม"],
        subjects: &["สวนเล็กๆ", "ดอกไม้กระดาษ", "ครัวอบอุ่น"],
        endings: &["ง่ายมาก", "ทีละขั้นตอน", "ที่บ้าน"],
        sentences: &["เก็บไว้ดูทีหลังได้เลย", "ใช้แค่กระดาษกับกรรไกร"],
        posters: &["มะลิ ใจดี", "บ้านริมน้ำ"],
    },
    Language {
        space: "",
        openings: &["超简单的", "如何布置", "十分钟学会"],
        subjects: &["小阳台", "手工纸花", "温暖的厨房"],
        endings: &["，新手也能做", "（附步骤）", "灵感"],
        sentences: &["先收藏，周末慢慢做。", "只要纸、剪刀和半小时。"],
        posters: &["林间小铺", "陈晓雨"],
    },
    Language {
        space: "",
        openings: &["かんたん", "はじめての", "暮らしを楽しむ"],
        subjects: &["小さな庭づくり", "折り紙の花", "冬の編みもの"],
        endings: &["アイデア", "「手作り」ノート", "のコツ、まとめ"],
        sentences: &["あとで見返せるように、保存しておいてください。", "ﾊｻﾐと紙だけで、すぐできます。"],
        posters: &["青木 みどり", "朝の工房"],
    },
    Language {
        space: " ",
        openings: &["쉬운", "처음 만드는", "따뜻한"],
        subjects: &["작은 정원", "종이꽃", "겨울 뜨개질"],
        endings: &["아이디어", "따라 하기", "모음"],
        sentences: &["저장해 두고 주말에 해 보세요.", "종이와 가위만 있으면 됩니다."],
        posters: &["김하늘", "아침 공방"],
    },
    Language {
        space: " ",
        openings: &["எளிய", "அழகான", "வீட்டிற்கு"],
        subjects: &["காகிதப் பூக்கள்", "சிறிய தோட்டம்", "குளிர்கால உடைகள்"],
        endings: &["படிப்படியாக", "குறைந்த செலவில்", "யோசனைகள்"],
        sentences: &["சேமித்து வையுங்கள், நாளை உதவும்.", "காகிதமும் கத்தரிக்கோலும் போதும்."],
        posters: &["கயல்விழி", "காலைப் பணிமனை"],
    },
];

/// Emoji that end a title or stand in a description: single, with a skin tone, joined by ZWJ, a flag, a keycap.
pub(super) const EMOJI: &[&str] = &["✨", "🌿", "🎄", "😍🔥", "👍🏽", "👩‍👩‍👧‍👦", "🇵🇹", "1️⃣", "❤️", "🧶🪡"];
