//! English lists: smaller than the Russian ones. Labels as there.

type List = &'static [(&'static str, &'static str)];

/// Attitudes, qualities, conditions.
pub const VAGUE: List = &[
    (
        "attitude",
        "polite*, courteous*, friendly, friendlier, =kindly, =warmly, attentive*, respectful*, =respect, =caring, empath*, =patiently, =be =patient, helpful*",
    ),
    (
        "attitude",
        "tactful*, sincere*, =positive, =positively, proactive*, welcoming, considerate*, =nice, =nicely, customer focus*, customer orient*, =enthusiastic*, gracious*",
    ),
    ("rude", "=not =be =rude, =never =be =rude, =not be rude"),
    (
        "quality",
        "professional*, competent*, high =quality, proper*, appropriate*, adequate*, efficient*, effective*, neat*, tidy, =clean, =cleanly, excellen*",
    ),
    ("quality", "world =class, =good =service, comfortable*, =clearly, thorough*, presentable"),
    (
        "condition",
        "=if =necessary, =when =necessary, =where =appropriate, =if =possible, =where =possible, =as =appropriate, =as =needed, =if =appropriate, =when =possible",
    ),
];

/// Speed, frequency, amount.
pub const UNCOUNTED: List = &[
    (
        "speed",
        "quick*, =fast, =faster, =prompt, =promptly, =timely, =soon, =shortly, =swiftly, speed*, =on =time, =as =soon =as =possible, asap, =without =delay, =in =advance, =at =the =earliest",
    ),
    ("now", "immediately, =urgently, =at =once, =right =away"),
    ("long", "=too =long, =for =long"),
    ("often", "regular*, periodic*, frequent*, =often, =from =time =to =time, occasionally, constantly"),
    ("amount", "sufficient*, =several =times, =a =lot"),
];

/// Deadlines, rhythms, events.
pub const TIMES: List = &[
    (
        "deadline",
        "=by =the =end, =before =opening, =before =closing, =same =day, =today, =tomorrow, =within =a, =within =an, =by =noon, =before =noon",
    ),
    ("rhythm", "=every, daily, hourly, weekly, monthly, =once =a, =twice =a, =after =each, =before =each"),
    ("event", "=if, =when, =as =soon =as =the, =as =soon =as =a, after, =once =the, =on =seeing"),
];

/// Units.
pub const UNITS: &str = "second*, =sec, minute*, =min, hour*, day*, week*, month*, time*, percent, ring, rings, metre*, meter*, step*, =kg, =cm, =m, degree*, people, guest, guests, working, business, calendar, word*, sentence*";

/// Numbers in words.
pub const NUMBERS: &str =
    "=one, =two, =three, =four, =five, =six, =seven, =eight, =nine, =ten, =fifteen, =twenty, =thirty, =half, =third, =second";

/// Acts that can be ticked.
pub const ACT: &str = "greet*, =say, =says, =ask, =asks, =give, =gives, =name, =names, =offer, =offers, =write, =call, =calls, =thank, =thanks, =show, =shows, repeat*, =hand, =hands, =stand, =open, =put, =bring, =brings, =tell, =tells, =check, =smile, =smiles, introduc*, =record, =apologise, =apologize, =knock, =walk, =read, =enter, =sign, =wear, =send, =sends, =phone, =invite, =pour, =serve, =nod, =interrupt, =interrupting";

/// A way to deviate.
pub const WAY_OUT: &str = "=except, =unless, exception*, =may =deviate, deviat*, own =words, =without =consent, =without =permission, =but =if, discretion, =otherwise, =without =asking, =without =the";

/// Where nobody needs freedom.
pub const SAFETY: &str = "fire*, child*, allerg*, medicine*, dose*, password*, =pin, passport*, =law, sterile, glove*, blood, alcohol, =cash, money, diagnos*, =gas, electric*, expired, raw, confidential*, personal =data, card =number, safety, danger*";

/// Absolute demands and scripts.
pub const ABSOLUTE: List = &[
    (
        "ban",
        "=always, =never, =under =no =circumstances, =strictly =forbidden, =strictly =prohibited, =at =all =costs, =without =exception, =in =any =case, =absolutely =forbidden, =no =matter =what",
    ),
    ("script", "=word =for =word, verbatim, =stick =to =the =script, =exactly =as =written, =strictly =by =the =script"),
];

/// No demand.
pub const NO_DEMAND: &str = "=not =always, =nearly =always, =almost =always, =usually =always, =as =always, =can =always, =may =always, =is =always =open, =has =never, =have =never, =never =before, =had =never";

/// Means that are gone.
pub const GONE: &str = "=fax, faxes, faxed, faxing, icq, pager*, =floppy, =diskette, skype, =internet =explorer, =windows =xp, telegram =boy, telex, =covid, coronavirus, pandemic, =cd =rom, videotape*, cassette*";

/// Abolished.
pub const ABOLISHED: &str = "=instead =of, =no =longer, =not =use, =not =accept, =not =send, =replaced, =rather =than";

/// Demands.
pub const DEMAND: &str = "=must, =should, =shall, =need, =needs";
